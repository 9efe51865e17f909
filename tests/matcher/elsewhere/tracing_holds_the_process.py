from langchain_core.tracers.langchain import wait_for_all_tracers


def main(llm):
    said = llm.invoke("water?").content
    wait_for_all_tracers()
    return said
