"""The native engine beside other tools: cost, exactness, memory."""
