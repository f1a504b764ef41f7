#!/usr/bin/env bash
# Field: AWS CLI
# Packages: awscli 1.45.11, botocore 1.43.11
#
# AWS_ENDPOINT_URL sends the commands of version 1 of the AWS CLI to another endpoint, such
# as a local AWS. Those of sqs go to the real AWS all the same, and AWS_ENDPOINT_URL_SQS
# does not change that, although boto3 on the same botocore follows both. It depends on the
# Region: a table of the CLI has older host names of SQS for the Regions of its time, and
# what the table says wins over the environment. In a newer Region the same command follows
# the variable. --endpoint-url always counts.
#
# Output seen ("elsewhere": the request was not for the endpoint of the environment):
#   backup list-backup-vaults in eu-central-1: here
#   sqs list-queues in eu-central-1: elsewhere
#   sqs list-queues in eu-central-1, AWS_ENDPOINT_URL_SQS: elsewhere
#   sqs list-queues in eu-central-1, --endpoint-url: here
#   sqs list-queues in eu-central-2: here
#
# The script has the commands talk to a server on the loopback interface. A proxy that does
# not exist, also on the loopback interface, keeps every other request on this machine. It
# fails if the output changes.
set -euo pipefail

work=$(mktemp -d)
cd "$work"
# What is installed is used where it has the exact versions.
python3 -m venv --system-site-packages venv
venv/bin/pip install --quiet --disable-pip-version-check awscli==1.45.11 botocore==1.43.11

cat >server.py <<'PY'
import http.server

class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open("port", "w") as port:
    print(server.server_port, file=port)
server.serve_forever()
PY
python3 server.py &
server=$!
trap 'kill "$server"; rm -rf "$work"' EXIT
for _ in $(seq 100); do
	[ -s port ] && break
	sleep 0.1
done

endpoint=http://127.0.0.1:$(cat port)
export AWS_ENDPOINT_URL=$endpoint AWS_ACCESS_KEY_ID=id AWS_SECRET_ACCESS_KEY=secret AWS_MAX_ATTEMPTS=1
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
export HTTPS_PROXY=http://127.0.0.1:1 NO_PROXY=127.0.0.1

# where REGION ARGUMENTS: whether a command reaches the endpoint of the environment.
where() {
	local region=$1
	shift
	if venv/bin/python -m awscli --region "$region" "$@" >out 2>&1; then
		echo here
	elif grep -q "Failed to connect to proxy" out; then
		echo elsewhere
	else
		cat out
	fi
}

{
	echo "backup list-backup-vaults in eu-central-1: $(where eu-central-1 backup list-backup-vaults)"
	echo "sqs list-queues in eu-central-1: $(where eu-central-1 sqs list-queues)"
	echo "sqs list-queues in eu-central-1, AWS_ENDPOINT_URL_SQS: $(AWS_ENDPOINT_URL_SQS=$endpoint where eu-central-1 sqs list-queues)"
	echo "sqs list-queues in eu-central-1, --endpoint-url: $(where eu-central-1 sqs list-queues --endpoint-url "$endpoint")"
	echo "sqs list-queues in eu-central-2: $(where eu-central-2 sqs list-queues)"
} >seen
diff seen - <<'EXPECTED'
backup list-backup-vaults in eu-central-1: here
sqs list-queues in eu-central-1: elsewhere
sqs list-queues in eu-central-1, AWS_ENDPOINT_URL_SQS: elsewhere
sqs list-queues in eu-central-1, --endpoint-url: here
sqs list-queues in eu-central-2: here
EXPECTED
echo "as described"
