"""A gateway for demos and drills: Yunpian's protocol over HTTP, and a wall of phones. Never in production."""
