"""Which browser on which system a session belongs to, in words, from what the browser says of itself."""

from __future__ import annotations

from ..render.words import Lang

#: What stands in the text, and how it is called; the first that is found counts.
BROWSERS = (
    ("MicroMessenger", ("微信", "WeChat")),
    ("DingTalk", ("钉钉", "DingTalk")),
    ("wxwork", ("企业微信", "WeCom")),
    ("Edg", ("Edge", "Edge")),
    ("Firefox", ("Firefox", "Firefox")),
    ("Chrome", ("Chrome", "Chrome")),
    ("Safari", ("Safari", "Safari")),
)
SYSTEMS = (
    ("HarmonyOS", ("鸿蒙", "HarmonyOS")),
    ("Android", ("安卓手机", "Android")),
    ("iPhone", ("苹果手机", "iPhone")),
    ("iPad", ("iPad", "iPad")),
    ("Windows", ("Windows 电脑", "Windows")),
    ("Mac OS", ("苹果电脑", "Mac")),
    ("Linux", ("Linux 电脑", "Linux")),
)


def device(agent: str, lang: Lang) -> str:
    """Such as "Windows 电脑上的 Chrome"."""
    at = 1 if lang == "en" else 0
    browser = next((words[at] for mark, words in BROWSERS if mark in agent), "")
    system = next((words[at] for mark, words in SYSTEMS if mark in agent), "")
    if browser and system:
        return f"{browser} on {system}" if at else f"{system}上的 {browser}"
    return browser or system or ("a browser" if at else "浏览器")
