import os

from langchain_core import rate_limiters
from langchain_core.rate_limiters import InMemoryRateLimiter
from pyrate_limiter import InMemoryBucket, Rate

rpm = int(os.environ["REQUESTS_PER_MINUTE"])
rate = rpm / 60

half = InMemoryRateLimiter(requests_per_second=10, max_bucket_size=0.5)  # alarm
no_burst = InMemoryRateLimiter(requests_per_second=10, max_bucket_size=0)  # alarm
as_large_as_the_rate = InMemoryRateLimiter(requests_per_second=rate, max_bucket_size=rate)  # alarm
other_order = InMemoryRateLimiter(max_bucket_size=rate, check_every_n_seconds=0.1, requests_per_second=rate)  # alarm
same_expression = InMemoryRateLimiter(requests_per_second=rpm / 60, max_bucket_size=rpm / 60)  # alarm
per_minute = InMemoryRateLimiter(requests_per_second=rate, max_bucket_size=rpm / 60)  # alarm
less_than_one = InMemoryRateLimiter(requests_per_second=0.5, max_bucket_size=30 / 60)  # alarm
whole_numbers = InMemoryRateLimiter(requests_per_second=rpm // 60, max_bucket_size=10)  # alarm
no_limit = InMemoryRateLimiter(requests_per_second=0)  # alarm
unlimited = rate_limiters.InMemoryRateLimiter(requests_per_second=-1)  # alarm
several_lines = InMemoryRateLimiter(  # alarm
    requests_per_second=rate,
    max_bucket_size=rate,
)

plain = InMemoryRateLimiter()  # fine
slow = InMemoryRateLimiter(requests_per_second=0.1)  # fine
from_the_docs = InMemoryRateLimiter(requests_per_second=0.1, check_every_n_seconds=0.1, max_bucket_size=10)  # fine
one_token = InMemoryRateLimiter(requests_per_second=rpm / 60, max_bucket_size=1)  # fine
one_and_a_half = InMemoryRateLimiter(requests_per_second=rate, max_bucket_size=1.5)  # fine
whole_minute = InMemoryRateLimiter(requests_per_second=rpm / 60, max_bucket_size=rpm)  # fine
at_least_one = InMemoryRateLimiter(requests_per_second=rate, max_bucket_size=max(1, rate))  # fine
at_least_one_both = InMemoryRateLimiter(requests_per_second=max(1, rate), max_bucket_size=max(1, rate))  # fine
ten_a_second = InMemoryRateLimiter(requests_per_second=10, max_bucket_size=10)  # fine
ten_a_minute = InMemoryRateLimiter(requests_per_second=600 / 60, max_bucket_size=600 / 60)  # fine
other_library = InMemoryBucket([Rate(0, 60)])  # fine
