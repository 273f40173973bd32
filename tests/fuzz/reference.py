"""What h11, written by others after the same RFCs, makes of an answer."""

import h11


def parsed(data: bytes, *, is_head: bool) -> tuple[int, list[tuple[bytes, bytes]], bytes, bool]:
    """Status, headers, body and whether the connection stays open; h11.RemoteProtocolError if it is none."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=2**20)
    connection.send(h11.Request(method="HEAD" if is_head else "GET", target="/", headers=[("Host", "a")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(data)
    status, headers, body = 0, [], []
    ended = False
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            assert not ended, "the end of the connection is the end of the answer"
            connection.receive_data(b"")
            ended = True
        elif isinstance(event, h11.Response):
            status, headers = event.status_code, event.headers.raw_items()
        elif isinstance(event, h11.Data):
            body.append(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage):
            break
    return status, headers, b"".join(body), connection.their_state is h11.DONE and not ended
