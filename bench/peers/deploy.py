# The stack's objects as a pyinfra deploy; `objects` is the file that peers.ts writes.
import json

from pyinfra import host
from pyinfra.facts.server import Command
from pyinfra.operations import files, server, systemd

with open(host.data.objects) as text:
    stack = json.load(text)
user = stack["user"]


def run_as(name):
    if not name:
        return {}
    return {"_sudo": True, "_sudo_user": name, "_env": {"XDG_RUNTIME_DIR": f"/run/user/{user['uid']}"}}


server.user(user=user["name"], home=user["home"], shell=user["shell"], comment=user["comment"])
# what only looks is a fact: an operation would count as a change
host.get_fact(
    Command,
    f"test -e /var/lib/systemd/linger/{user['name']}"
    f" && grep -q '^{user['name']}:[0-9]*:{user['range']}$' /etc/subuid"
    f" && grep -q '^{user['name']}:[0-9]*:{user['range']}$' /etc/subgid",
)
for file in stack["files"]:
    files.put(
        src=file["src"],
        dest=file["path"],
        mode=file["mode"],
        user=file["owner"],
        group=file["group"],
    )
for image in stack["images"]:
    host.get_fact(Command, f"cd / && podman image exists {image['id']}", **run_as(image["user"]))
for unit in stack["units"]:
    systemd.service(service=unit["name"], running=True, user_mode=bool(unit["user"]), **run_as(unit["user"]))
