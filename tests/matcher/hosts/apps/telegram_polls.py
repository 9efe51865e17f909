import os

from langchain_openai import ChatOpenAI
from telegram.ext import Application, MessageHandler, filters


async def tide(update, context):
    await update.message.reply_text(ChatOpenAI(model="gpt-4o-mini").invoke(update.message.text).text)


bot = Application.builder().token("1:key").base_url(os.environ["TELEGRAM"] + "/bot").build()
bot.add_handler(MessageHandler(filters.TEXT, tide))
bot.run_polling()
