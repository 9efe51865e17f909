"""Why is my LangChain program stuck in production, and what do I change?"""
