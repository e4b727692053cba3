"""How the web is served: two processes of four threads, which two cores carry."""

import gc
import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True  # loaded once and shared; crm.wsgi leaves no connection open for two processes to share
timeout = 60
graceful_timeout = 5
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 8190
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 a heartbeat must not wait for a disk
control_socket_disable = True


def when_ready(server):
    """What is loaded by now stays until the end, so no collection looks through it again; and a page makes more
    objects than the 700 after which Python looks for circles by itself."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
