"""Imports as people bring them, for the tests of this room."""

import time
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

HEAD = "题型,题干,A,B,C,D,答案,解析\n"
CLEAN = "单选,违规收受礼金的，应当（　）。,上交,自留,转送,出借,A,收了就要交\n"
TRUE = "判断,公款可以买礼品。,,,,,错误,\n"
NO_KEY = "单选,下列属于政治纪律的是（　）。,对党忠诚,按时上班,节约用水,遵守交通规则,,\n"
SEVERAL = "多选,下列做法不对的有（　）。,公车私用,公款吃喝,按期交纳党费,收送礼金,,\n"


def table(*rows: str) -> bytes:
    """A file of questions, a row each; one row is ready, the others as their names say."""
    return (HEAD + "".join(rows)).encode()


def upload(
    client: FlaskClient, data: bytes, unit: int, name: str = "题目.csv", *, wait: bool = True, **fields: Any
) -> Any:
    """Send a file to the page for a new bank; the answer leads to its workbench."""
    answer = client.post("/banks/new", data={"file": (BytesIO(data), name), "unit": unit})
    if wait and answer.status_code == 302:
        page_of(client, answer.location)
    return answer


def page_of(client: FlaskClient, place: str) -> str:
    """The page of an import, once the file has been read."""
    for _time in range(300):
        if client.get(f"{place}/progress").json != {"state": "reading"}:
            break
        time.sleep(0.1)
    return client.get(place).text


def imported(app: Flask, client: FlaskClient, data: bytes, unit: int) -> str:
    """Upload and accept; the address of the bank."""
    place = upload(client, data, unit).location
    answer = client.post(f"{place}/acceptance", data={"title": "廉政题库"})
    assert "/banks/" in answer.location, client.get(place).text
    return str(answer.location)
