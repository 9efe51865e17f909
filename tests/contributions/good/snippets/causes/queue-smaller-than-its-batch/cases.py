import collections
import queue

drafts = queue.Queue(maxsize=1)  # alarm
drafts = queue.Queue(maxsize=100)  # alarm
drafts = queue.Queue(maxsize=limit)  # alarm
drafts = list(queue.Queue(maxsize=2).queue)  # alarm
print(queue.Queue(maxsize=3))  # alarm
drafts = queue.Queue()  # fine
drafts = queue.SimpleQueue()  # fine
drafts = queue.LifoQueue()  # fine
drafts = collections.deque(maxlen=2)  # fine
drafts = list(range(2))  # fine
