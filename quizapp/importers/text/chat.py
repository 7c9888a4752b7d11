"""What a chat puts before each message that was copied out of it: who wrote it, and when."""

import re

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?!:?\d)"
_DAY = r"(?:\d{4}[-/.])?\d{1,2}[-/.]\d{1,2}(?:\s*星期[一二三四五六日天])?\s+(?:上午|下午|晚上|中午)?\s?"
_NAME = r"[\w\u4e00-\u9fff]{1,12}(?:\s?\(\d{4,12}\))?"
_SURNAME = "王李张刘陈杨赵黄吴徐孙胡朱郭罗梁宋郑谢韩唐冯董萧曹袁邓傅沈彭吕卢蒋蔡贾魏薛阎潘杜戴汪姜范姚邹熊孟秦侯尹"
_SAID = rf"(?:\[\s?{_CLOCK}\s?\]|{_DAY}{_CLOCK})\s*{_NAME}\s*:|{_NAME}\s+{_DAY}{_CLOCK}\s*:"
SPEAKER = re.compile(
    rf"\s*(?:{_SAID}|{_NAME}\s+{_DAY}{_CLOCK}|{_DAY}{_CLOCK}\s*{_NAME}|[{_SURNAME}](?!某)[\u4e00-\u9fff]{{1,2}}\s*:)\s*"
)
"""A line of its own that says who wrote, and when; a name alone is a usual surname and one or two characters."""
SPEAKS = re.compile(
    rf"\s{{0,9}}(?:(?:{_SAID})\s*(?=\S)|[{_SURNAME}](?!某)[\u4e00-\u9fff]{{1,2}}\s?:\s*(?=\d{{1,3}}\s?[、.](?!\d)))"
)
"""Who wrote a message of a chat and when, before what they wrote; a name alone only before a number."""
