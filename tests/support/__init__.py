"""What the tests stand on: databases, a client, a movable clock, a server, browser pages."""
