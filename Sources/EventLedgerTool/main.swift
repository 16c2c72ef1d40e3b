print("eventledger")
