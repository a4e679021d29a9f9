"""Verifies DKIM signatures with dkimpy: JSON in, JSON out, one list of answers for each message."""

import json
import sys

import dkim

given = json.load(sys.stdin)
records = {name.encode(): text.encode() for name, text in given["records"].items()}
answers = []
for message in given["messages"]:
    verifier = dkim.DKIM(message.encode("latin-1"))
    count = sum(name.lower() == b"dkim-signature" for name, _ in verifier.headers)
    found = []
    for index in range(count):
        try:
            found.append(verifier.verify(idx=index, dnsfunc=lambda name, timeout=5: records.get(name)))
        except dkim.DKIMException as error:
            found.append(str(error))
    answers.append(found)
json.dump(answers, sys.stdout)
