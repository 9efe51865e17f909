from celery import Celery

app = Celery(broker="memory://", backend="cache+memory://")
app.worker_main(["worker", "--pool=threads", "--concurrency=2", "--loglevel=INFO"])
