"""The options of curl: their short names, which take a value, and which a plan has no use for."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

_WITH_VALUE = """
    X:request H:header d:data data-raw data-binary data-ascii data-urlencode json F:form form-string u:user
    A:user-agent e:referer b:cookie c:cookie-jar m:max-time connect-timeout x:proxy T:upload-file url
    max-redirs r:range oauth2-bearer E:cert key cacert unix-socket abstract-unix-socket interface resolve
    connect-to U:proxy-user o:output D:dump-header w:write-out K:config retry retry-delay retry-max-time
    limit-rate Y:speed-limit y:speed-time cert-type key-type pass ciphers tls-max tls13-ciphers capath
    crlfile pinnedpubkey stderr trace trace-ascii C:continue-at z:time-cond aws-sigv4 noproxy proxy-header
    preproxy socks5 socks5-hostname socks4 socks4a dns-servers local-port keepalive-time max-filesize
    request-target output-dir create-file-mode expect100-timeout happy-eyeballs-timeout-ms proto
    proto-default proto-redir netrc-file service-name delegation doh-url etag-save etag-compare hsts alt-svc
    proxy-cacert proxy-cert proxy-key proxy-pass proxy-user-agent proxy1.0 curves engine egd-file
    random-file rate parallel-max Q:quote P:ftp-port t:telnet-option mail-from mail-rcpt mail-auth libcurl
    login-options sasl-authzid url-query variable expand-url expand-data expand-header vlan-priority ip-tos
    tftp-blksize haproxy-clientip ech
"""
_WITHOUT_VALUE = """
    G:get I:head k:insecure L:location location-trusted compressed s:silent S:show-error v:verbose i:include
    f:fail fail-with-body fail-early 0:http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only digest
    basic ntlm negotiate anyauth 4:ipv4 6:ipv6 g:globoff #:progress-bar no-progress-meter O:remote-name
    J:remote-header-name R:remote-time remote-name-all create-dirs Z:parallel parallel-immediate N:no-buffer
    n:netrc netrc-optional p:proxytunnel q:disable j:junk-session-cookies a:append l:list-only B:use-ascii
    M:manual h:help V:version path-as-is post301 post302 post303 raw tr-encoding tcp-nodelay tcp-fastopen
    no-keepalive ssl ssl-reqd ssl-allow-beast ssl-no-revoke 1:tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 2:sslv2
    3:sslv3 retry-all-errors retry-connrefused form-escape styled-output no-styled-output
    ignore-content-length crlf xattr suppress-connect-headers proxy-insecure proxy-basic proxy-digest
    no-alpn no-npn no-sessionid cert-status false-start haproxy-protocol compressed-ssh metalink
    disallow-username-in-url trace-time trace-ids stderr-only next :next
"""
_NO_MATTER_WORDS = """
    silent show-error verbose include fail fail-with-body fail-early progress-bar no-progress-meter
    output dump-header write-out remote-name remote-header-name remote-time remote-name-all create-dirs
    output-dir stderr trace trace-ascii trace-time trace-ids no-buffer styled-output no-styled-output
    disable globoff http1.1 parallel parallel-immediate parallel-max cookie-jar junk-session-cookies
    basic compressed-ssh tcp-nodelay no-keepalive keepalive-time path-as-is suppress-connect-headers
    libcurl xattr create-file-mode max-filesize help version manual next ssl-no-revoke
"""
NO_MATTER = frozenset(_NO_MATTER_WORDS.split())
"""What only concerns curl's own output, or is as polyload does it anyway."""


def _table(text: str) -> Iterator[tuple[str, str]]:
    for word in text.split():
        short, _, long = word.rpartition(":")
        yield short, long


TAKES_VALUE = {long: True for _, long in _table(_WITH_VALUE)} | {
    long: False for _, long in _table(_WITHOUT_VALUE)
}
_LONG = {
    short: long for text in (_WITH_VALUE, _WITHOUT_VALUE) for short, long in _table(text) if len(short) == 1
} | {":": "next"}


def options(words: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """The options of a command by their long names, with their values; an argument that is none goes by ``url``.

    One that curl does not have is given as it is written, with no value.
    """
    at = 0
    only_urls = False
    while at < len(words):
        word = words[at]
        at += 1
        if only_urls or not word.startswith("-") or word == "-":
            yield "url", word
        elif word == "--":
            only_urls = True
        elif word.startswith("--"):
            name = _full(word[2:])
            if TAKES_VALUE.get(name, False) and at < len(words):
                yield name, words[at]
                at += 1
            else:
                yield (name if name in TAKES_VALUE else word), None
        else:
            at += yield from _cluster(word[1:], words[at] if at < len(words) else None)


def _cluster(letters: str, following: str | None) -> Generator[tuple[str, str | None], None, int]:
    """Short options that are written together; how many further words they took."""
    for place, letter in enumerate(letters):
        name = _LONG.get(letter)
        if name is None:
            yield f"-{letter}", None
        elif TAKES_VALUE[name]:
            rest = letters[place + 1 :]
            yield name, rest or following
            return 0 if rest or following is None else 1
        else:
            yield name, None
    return 0


def _full(name: str) -> str:
    """The name of a long option, of which its beginning is enough where no other begins so."""
    if name in TAKES_VALUE or not name:
        return name
    if name.startswith("no-") and not TAKES_VALUE.get(name[3:], True):
        return f"no-{name[3:]}"
    begin_so = [known for known in TAKES_VALUE if known.startswith(name)]
    return begin_so[0] if len(begin_so) == 1 else name
