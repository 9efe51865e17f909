// The answer box: on the pages that have a place for it, and in a dialog behind the button in every header.
// What is pasted is matched in the browser, by matcher.js; nothing leaves it.
{
  const ROOT = new URL("..", document.currentScript.src)
  const LONGEST_EXCERPT = 160
  const SURE = {
    error: "this error text",
    stack: "a stack like this was proved with {proved_with}",
    words: "only words",
  }

  // One matcher for all boxes, loaded when it is used first; in a worker, so that a large text does not stop the page.
  const ask = (() => {
    let ready
    let last = 0
    const waiting = new Map()
    const start = async () => {
      const data = await (await fetch(new URL("causes.json", ROOT))).json()
      const worker = new Worker(new URL("assets/matcher.js", ROOT))
      worker.onmessage = ({ data: { id, answers, sections } }) => {
        waiting.get(id)?.({ answers, sections })
        waiting.delete(id)
      }
      worker.postMessage(data)
      return worker
    }
    return async (text) => {
      const worker = await (ready ??= start())
      const id = ++last
      return new Promise((resolve) => {
        waiting.set(id, resolve)
        worker.postMessage({ id, text })
      })
    }
  })()

  const element = (name, attributes = {}, ...children) => {
    const made = Object.assign(document.createElement(name), attributes)
    made.append(...children)
    return made
  }

  const excerpt = (matched, sure) => {
    const line = element("code")
    const text = matched.text.slice(0, LONGEST_EXCERPT)
    if (sure === "words") line.append(...marked(text, matched.matches.split(" ").filter(Boolean)))
    else line.append(element("mark", {}, text))
    return element("p", { className: "unstuck-line" }, `Line ${matched.line}: `, line)
  }

  /** Split a text so that each word that has one of the stems is marked. */
  const marked = (text, stems) =>
    text.split(/([A-Za-z_][A-Za-z0-9_]*)/).map((part) => {
      const word = part.toLowerCase()
      return part && stems.some((stem) => word.startsWith(stem)) ? element("mark", {}, part) : part
    })

  /** Split a sentence so that what stands between backticks is code. */
  const code = (sentence) => sentence.split("`").map((part, n) => (n % 2 ? element("code", {}, part) : part))

  const found = ({ answers, sections }, text) => {
    const parts = []
    if (answers.length) {
      const items = answers.map((answer) =>
        element(
          "li",
          {},
          element("a", { href: new URL(`causes/${answer.slug}/`, ROOT).href }, answer.title),
          element("span", { className: "unstuck-sure" }, SURE[answer.how_sure].replace("{proved_with}", answer.proved_with)),
          element("p", { className: "unstuck-fix" }, ...code(answer.fix)),
          ...answer.matched.map((matched) => excerpt(matched, answer.how_sure)),
        ),
      )
      parts.push(element("ol", {}, ...items))
    } else {
      parts.push(nothing(text))
    }
    if (sections.length && (!answers.length || answers[0].how_sure === "words")) {
      const links = sections.map((section) => {
        const name = section.heading === section.title ? section.title : `${section.title}: ${section.heading}`
        return element("li", {}, element("a", { href: new URL(section.page, ROOT).href }, name))
      })
      parts.push(element("h3", {}, "On other pages"), element("ul", {}, ...links))
    }
    return parts
  }

  const nothing = (text) => {
    const dump = element("a", { href: new URL("debug/dump-the-stacks/", ROOT).href }, "dump the stacks")
    const says = element("p", {}, "Nothing here is known to be a cause. While it is stuck, ", dump, " and paste them here.")
    const repository = document.querySelector("a.md-source")?.href
    if (repository) {
      const report = new URL(`${repository.replace(/\/$/, "")}/issues/new`)
      report.searchParams.set("title", "My error is not here")
      report.searchParams.set("body", `\`\`\`text\n${text.slice(0, 4000)}\n\`\`\`\n`)
      says.append(" Or ", element("a", { href: report.href }, "report it"), ".")
    }
    return says
  }

  const fill = (place, query = "") => {
    const id = `unstuck-${place.id || "answer"}`
    const input = element("textarea", { id, rows: 4, spellcheck: false, autocomplete: "off", value: query })
    input.placeholder = "Paste an error, a traceback, a stack dump, a log. Or say what you see."
    const count = element("p", { className: "unstuck-count" })
    count.setAttribute("role", "status")
    const results = element("div", { className: "unstuck-results" })
    let asked = 0
    const answer = async () => {
      const text = input.value
      const number = ++asked
      if (!text.trim()) {
        results.replaceChildren()
        count.textContent = ""
        return
      }
      const answers = await ask(text)
      if (number !== asked) return
      results.replaceChildren(...found(answers, text))
      const n = answers.answers.length
      count.textContent = n ? `${n} ${n === 1 ? "cause" : "causes"}, best first` : "No cause"
    }
    const read = async (file) => {
      input.value = await file.text()
      answer()
    }
    input.addEventListener("input", answer)
    input.addEventListener("dragover", (event) => event.preventDefault())
    input.addEventListener("drop", (event) => {
      const [file] = event.dataTransfer.files
      if (!file) return
      event.preventDefault()
      read(file)
    })
    const label = element("label", { htmlFor: id }, "What do you see? It stays in your browser.")
    place.replaceChildren(label, input, count, results)
    if (query) answer()
    return input
  }

  const dialog = () => {
    const made = element("dialog", { className: "unstuck-dialog md-typeset", ariaLabel: "Find the cause" })
    const place = element("div", { id: "dialog", className: "unstuck-box" })
    const close = element("button", { type: "button", className: "md-button", onclick: () => made.close() }, "Close")
    made.append(place, close)
    document.body.append(made)
    made.input = fill(place)
    return made
  }

  let opened
  const open = () => {
    opened ??= dialog()
    if (!opened.open) opened.showModal()
    opened.input.focus()
  }

  const button = () => {
    const made = element("button", { type: "button", className: "unstuck-open", onclick: open }, "Find the cause ")
    made.append(element("kbd", {}, "/"))
    document.querySelector(".md-header__inner").append(made)
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]")
    const shortcut = !typing && ["/", "s", "f"].includes(event.key) && !(event.ctrlKey || event.metaKey || event.altKey)
    if (shortcut || ((event.ctrlKey || event.metaKey) && event.key === "k")) {
      event.preventDefault()
      event.stopImmediatePropagation()
      open()
    }
  }, true)

  document.addEventListener("DOMContentLoaded", () => {
    button()
    const query = new URLSearchParams(location.search).get("q") ?? ""
    document.querySelectorAll("[data-answer-box]").forEach((place) => fill(place, query))
  })
}
