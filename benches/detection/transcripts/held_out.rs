//! Shapes that were written down before any was run. `docs/detection.md` tells what the first run found; since then
//! their misses have been mended by general rules, so they are held out no longer.

use super::Shape;
use crate::containers::{percent, quoted};

pub const SHAPES: &[(&str, Shape)] = &[
    ("curl", |p, c, o| {
        format!(
            r#"curl -u k: https://a.b/v1/tokens -d "card[number]"={p} -d "card[exp_month]"=4 -d "card[cvc]"={c} -d n={o}"#
        )
    }),
    ("node inspect", |p, c, o| {
        format!(r#"{{ card: {{ number: '{p}', cvc: '{c}', exp: '04/29' }}, status: {o} }}"#)
    }),
    ("java nested", |p, c, o| {
        format!(r#"PaymentRequest{{amount={o}, card=Card{{pan='{p}', cvv2='{c}', exp='04/29'}}}}"#)
    }),
    ("unicode quotes", |p, c, o| {
        format!(
            r#"{{\u0022cardNumber\u0022:\u0022{p}\u0022,\u0022cvc\u0022:\u0022{c}\u0022,\u0022n\u0022:{o}}}"#
        )
    }),
    ("xml-rpc", |p, c, o| {
        format!(
            r#"<struct><member><name>cvv</name><value><string>{c}</string></value></member><member><name>card_number</name><value><string>{p}</string></value></member><n>{o}</n></struct>"#
        )
    }),
    ("typed soap", |p, c, o| {
        format!(
            r#"<ns:cvNumber xsi:type="xsd:string">{c}</ns:cvNumber><ns:accountNumber xsi:type="xsd:string">{p}</ns:accountNumber><n>{o}</n>"#
        )
    }),
    ("form in json", |p, c, o| {
        format!(r#"{{"method":"POST","status":{o},"body":"pan={p}&cvv2={c}&amount={o}"}}"#)
    }),
    ("graphql", |p, c, o| {
        format!(r#"mutation{{pay(input:{{cardNumber:"{p}",cvv:"{c}",amount:{o}}}){{id}}}}"#)
    }),
    ("rails params", |p, c, o| {
        format!(
            r#"  Parameters: {{"utf8"=>"✓", "order"=>{{"card"=>{{"number"=>"{p}", "verification_value"=>"{c}"}}, "n"=>"{o}"}}}}"#
        )
    }),
    ("diagnostic context", |p, c, o| {
        format!(r#"WARN [card.number={p}] [card.cvv={c}] [status={o}] declined"#)
    }),
    ("apex", |p, c, o| format!(r#"USER_DEBUG|[17]|DEBUG|Card:{{CVV__c={c}, Card_Number__c={p}, N={o}}}"#)),
    ("between bars", |p, c, o| format!(r#"cardNumber: "{p}" | cvv: "{c}" | status: "{o}""#)),
    ("data dumper", |p, c, o| format!(r#"$VAR1 = {{ 'cvv' => '{c}', 'number' => '{p}', 'x' => {o} }};"#)),
    ("toml", |p, c, o| format!("[card]\nnumber = \"{p}\"\ncvv = \"{c}\"\nn = {o}")),
    ("properties", |p, c, o| format!("card.number={p}\ncard.cvv={c}\ncard.n={o}")),
    ("replace set", |p, c, o| format!(r#"REPLACE INTO t SET pan='{p}', cvv='{c}', s={o}"#)),
    ("client table", |p, c, o| format!(r#"| {p} | 04/29 | {c} | {o} Main Street |"#)),
    ("markdown", |p, c, o| format!(r#"**CVV:** {c}  **Card:** {p}  **Room:** {o}"#)),
    ("html table", |p, c, o| {
        format!(
            r#"<tr><td>Card number</td><td>{p}</td></tr><tr><td>CVV</td><td>{c}</td></tr><tr><td>Room</td><td>{o}</td></tr>"#
        )
    }),
    ("mail", |p, c, o| {
        format!(r#"Card Number = {p}, Expiration Date = 04/2029, CVV Number = {c}, Room = {o}"#)
    }),
    ("chat", |p, c, o| format!(r#"my card is {p} exp 04/29 cvv {c} room {o} thanks"#)),
    ("yaml symbols", |p, c, o| format!(":number: '{p}'\n:verification_value: '{c}'\n:n: {o}")),
    ("go map", |p, c, o| format!(r#"map[cvv:{c} number:{p} status:{o}]"#)),
    ("go map literal", |p, c, o| format!(r#"map[string]string{{"cvv":"{c}", "number":"{p}", "n":"{o}"}}"#)),
    ("python bytes", |p, c, o| format!(r#"send: b'number={p}&cvc={c}&n={o}'"#)),
    ("wire in json", |p, c, o| format!(r#"{{"log":"<- \"card_number={p}&cvv={c}&n={o}\"\n"}}"#)),
    ("elixir map", |p, c, o| format!(r#"%{{"card" => %{{"cvc" => "{c}", "number" => "{p}"}}, "n" => {o}}}"#)),
    ("swift", |p, c, o| format!(r#"Card(number: "{p}", cvv: "{c}", n: {o})"#)),
    ("protobuf text", |p, c, o| format!(r#"card {{ number: "{p}" cvv: "{c}" n: {o} }}"#)),
    ("avro union", |p, c, o| {
        format!(r#"{{"pan":{{"string":"{p}"}},"cvv":{{"string":"{c}"}},"n":{{"int":{o}}}}}"#)
    }),
    ("dynamo", |p, c, o| {
        format!(r#"{{"Item":{{"pan":{{"S":"{p}"}},"cvv":{{"S":"{c}"}},"n":{{"N":"{o}"}}}}}}"#)
    }),
    ("event data", |p, c, o| {
        format!(
            r#"<EventData><Data Name="pan">{p}</Data><Data Name="cvv">{c}</Data><Data Name="n">{o}</Data></EventData>"#
        )
    }),
    ("pretty security code", |p, c, o| {
        format!(
            "request\n{{\n  \"card\": {{\n    \"number\": \"{p}\",\n    \"securityCode\": {{\n      \"value\": \"{c}\"\n    }}\n  }},\n  \"n\": {o}\n}}"
        )
    }),
    ("header block", |p, c, o| format!("X-Card-Number: {p}\nX-Card-Cvv: {c}\nContent-Length: {o}")),
    ("url-encoded json", |p, c, o| {
        format!("n={o}&data={}", percent(&format!(r#"{{"number":"{p}","cvv":"{c}"}}"#)))
    }),
    ("json in json in json", |p, c, o| {
        let inner = quoted(&format!(r#"{{"number":"{p}","cvc":"{c}"}}"#));
        format!(r#"{{"n":{o},"a":{}}}"#, quoted(&format!(r#"{{"b":{inner}}}"#)))
    }),
];
