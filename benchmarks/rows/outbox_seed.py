"""Fills the outbox: `python -m benchmarks.rows.outbox_seed COUNT`. Different phones and texts, due now."""

from __future__ import annotations

import json
import sys

from django.db import transaction

from notifications import sms


def main() -> None:
    with transaction.atomic():
        for number in range(int(sys.argv[1])):
            values = {
                "proj": f"项目{number}", "item": "建设工程规划许可证", "date": "3月2日", "n": "5", "code": "A7K2P9",
            }  # fmt: skip
            sms.queue(
                dedupe_key=f"bench-{number}",
                template="SMS-01",
                values=values,
                phone=f"+86135{number:08d}",
                recipient=f"contact-{number}",
                subject="bench",
                category="progress",
            )
    print(json.dumps({"queued": int(sys.argv[1])}))


if __name__ == "__main__":
    main()
