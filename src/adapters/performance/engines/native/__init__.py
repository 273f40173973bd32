"""The native engine: worker processes in which every virtual user is a coroutine on its own connection."""
