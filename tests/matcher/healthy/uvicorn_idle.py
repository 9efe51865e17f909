import asyncio
from concurrent.futures import ThreadPoolExecutor

import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.on_event("startup")
async def warm_up() -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
    await asyncio.to_thread(str)


uvicorn.run(app, port=0)
