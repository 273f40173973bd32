# what the shop is asked for
export BASE=http://127.0.0.1:8080
curl -sS "$BASE/login" -H 'Content-Type: application/json' \
     -d '{"username": "ann", "password": "s3cret-in-clear"}' | jq -r .token
curl 'http://127.0.0.1:8080/cart?x=a%20b&api_key=k-in-clear' -X PUT \
  -H 'accept: */*' -H 'authorization: Bearer t0k3n-in-clear' -b 'sid=c-in-clear; theme=dark' \
  --data-raw $'{"text":"it\'s \u00fc \ud83d\ude00","costs":"${x}"}' -H 'content-type: application/json' --compressed -L
curl -u ann:pw-in-clear -G http://127.0.0.1:8080/search -d q=lamp --data-urlencode 'by=a&b' && echo done
curl -F 'note=x' -F 'photo=@me.png;type=image/png' --max-time 5 -k http://127.0.0.1:8080/up/[1-5]
curl -Iv http://127.0.0.1:8080/ ; curl --json '[1, {"a": null}]' http://127.0.0.1:8080/json --next -d a=1 -d b=2 http://127.0.0.1:8080/form
