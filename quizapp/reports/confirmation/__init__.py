"""The sheets that branches sign (成绩确认表), and what comes back on them."""
