"""What Prometheus may ask: sessions, frames, readings, latency, failures by cause, depth of the spool."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

PREFIX = "yinghuo_head_end"
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Gauges:
    """The metrics of one head-end; names begin with `yinghuo_head_end_`."""

    def __init__(self) -> None:
        self.registry = here = CollectorRegistry()
        self.sessions = Gauge(f"{PREFIX}_sessions", "Connections by state", ["state"], registry=here)
        self.frames = Counter(f"{PREFIX}_frames", "Frames by direction", ["direction"], registry=here)
        self.rejected = Counter(f"{PREFIX}_rejected_frames", "Bytes that are no frame", ["reason"], registry=here)
        self.closed = Counter(f"{PREFIX}_closed", "Connections that the head-end closed", ["cause"], registry=here)
        self.readings = Counter(f"{PREFIX}_readings", "Readings on disk", registry=here)
        latency = "From request to answer"
        self.latency_s = Histogram(f"{PREFIX}_latency_seconds", latency, buckets=BUCKETS_S, registry=here)
        self.failures = Counter(f"{PREFIX}_failures", "Requests that came to nothing", ["cause"], registry=here)
        self.queued = Gauge(f"{PREFIX}_queued_jobs", "Jobs that wait", registry=here)
        self.spool_bytes = Gauge(f"{PREFIX}_spool_bytes", "Bytes on disk and not in the lake yet", registry=here)

    def serve(self, port: int) -> None:
        """Opens the metrics door on 127.0.0.1; it answers in a thread of its own. OSError if the port is taken."""
        start_http_server(port, addr="127.0.0.1", registry=self.registry)
