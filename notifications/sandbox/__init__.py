"""A gateway for demos and drills that speaks Yunpian's protocol over HTTP and shows a wall of phones. Never in production."""
