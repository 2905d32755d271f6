"""The fault drill (`make drill`): kill and restart things while people work, then count what is missing."""
