"""Proxy address -> the switches with which Chromium sends everything there and nothing past it."""

from __future__ import annotations

PLAYWRIGHTS_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
    "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch", "msForceBrowserSignIn", "msEdgeUpdateLaunchServicesPreferredVersion",
)  # fmt: skip
"""Features that Playwright (1.65) switches off: of two such switches only the later one counts."""
_OFF = (
    # What browsers ask the network on their own account.
    "AsyncDns", "DialMediaRouteProvider", "DnsOverHttpsUpgrade", "Translate",
    "CertificateTransparencyComponentUpdater", "InterestFeedContentSuggestions",
)  # fmt: skip


def chromium_flags(proxy: str) -> tuple[str, ...]:
    """Return the switches for a Chromium whose only way out is `proxy` (`http://127.0.0.1:PORT`).

    Loopback goes through the proxy like everything else; names are never looked up by the browser;
    QUIC is off and WebRTC uses no UDP, for a proxy cannot see either.
    """
    return (
        f"--proxy-server={proxy}",
        "--proxy-bypass-list=<-loopback>",
        # `~NOTFOUND` for every name: a lookup past the proxy fails before a packet is sent.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--disable-quic",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-background-networking",
        "--disable-client-side-phishing-detection",
        "--disable-component-update",
        "--disable-domain-reliability",
        "--disable-sync",
        "--no-pings",
        f"--disable-features={','.join((*PLAYWRIGHTS_OFF, *_OFF))}",
    )
