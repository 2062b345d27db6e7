"""What people are shown of films in a browser, with a server and without one."""
