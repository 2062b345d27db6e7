"""What engines share that ask a server which speaks OpenAI's protocol, theirs and local ones."""
