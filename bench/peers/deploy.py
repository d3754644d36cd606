# The stack's objects as a pyinfra deploy; `objects` is the file that objects.ts describes.
import json
from io import StringIO

from pyinfra import host
from pyinfra.operations import files, server, systemd

with open(host.data.objects) as text:
    stack = json.load(text)
user = stack["user"]


def run_as(name):
    if not name:
        return {}
    return {"_sudo": True, "_sudo_user": name, "_env": {"XDG_RUNTIME_DIR": f"/run/user/{user['uid']}"}}


server.user(user=user["name"], home=user["home"], shell=user["shell"], comment=user["comment"])
server.shell(
    commands=[
        f"test -e /var/lib/systemd/linger/{user['name']}"
        f" && grep -q '^{user['name']}:[0-9]*:{user['range']}$' /etc/subuid"
        f" && grep -q '^{user['name']}:[0-9]*:{user['range']}$' /etc/subgid"
    ]
)
for file in stack["files"]:
    files.put(
        src=StringIO(file["content"]),
        dest=file["path"],
        mode=file["mode"],
        user=file["owner"],
        group=file["group"],
    )
for image in stack["images"]:
    server.shell(commands=[f"cd / && podman image exists {image['id']}"], **run_as(image["user"]))
for unit in stack["units"]:
    systemd.service(service=unit["name"], running=True, user_mode=bool(unit["user"]), **run_as(unit["user"]))
