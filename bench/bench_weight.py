"""What a phone must fetch: the checklist's scripts and styles, gzipped, as the page itself names them."""

import gzip
import re
from collections.abc import Iterator

from bench.figures import Figure, benchmark
from bench.host import CHECKLIST, KEY, ROOT, Person

STATIC = ROOT / "westmec_xblocks" / "blocks" / "static"


@benchmark
def script_sizes() -> Iterator[Figure]:
    """The checklist's own scripts and styles, gzipped one by one."""
    for who, username, limit in (("learner", "alice", 15.0), ("evaluator", "erik", None)):
        page = Person.named(username).get(f"/courses/{KEY}/frame/{CHECKLIST}")
        names = sorted(set(re.findall(r"/host-static/(westmec/[^\"'?]+\.(?:js|css))", page)))
        assert any(name.endswith(".js") for name in names)
        assert any(name.endswith(".css") for name in names)
        size = sum(len(gzip.compress((STATIC / name).read_bytes())) for name in names)
        yield Figure(f"{who}, {len(names)} files", "KB", [size / 1000], limit=limit)
