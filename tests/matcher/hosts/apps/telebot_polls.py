import os

import telebot
from langchain_openai import ChatOpenAI

telebot.apihelper.API_URL = os.environ["TELEGRAM"] + "/bot{0}/{1}"
bot = telebot.TeleBot("1:key")


@bot.message_handler()
def tide(message):
    bot.reply_to(message, ChatOpenAI(model="gpt-4o-mini").invoke(message.text).text)


bot.infinity_polling()
