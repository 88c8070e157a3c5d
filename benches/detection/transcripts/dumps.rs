//! What languages, databases and people make of a request.

use super::Shape;

pub const SHAPES: &[(&str, Shape)] = &[
    ("insert rows", |p, c, o| {
        format!("INSERT INTO `cards` (`id`, `number`, `cvv`, `n`) VALUES (1, '{p}', '{c}', {o});")
    }),
    ("insert quoted", |p, c, o| {
        format!(
            r#"insert into "public"."pay" ("pan", "exp", "card_cvv", "n") values ('{p}', '04/29', '{c}', {o}) returning id"#
        )
    }),
    ("update", |p, c, o| format!("UPDATE cards SET number='{p}', cvv = '{c}', n={o} WHERE id=7")),
    ("bound parameters", |p, c, o| {
        format!("DETAIL:  parameters: $1 = '{p}', $2 = '04/29', $3 = '{c}', $4 = '{o}'")
    }),
    ("bound pairs", |p, c, o| {
        format!(
            r#"INSERT INTO "cards" ("number", "cvv") VALUES ($1, $2)  [["number", "{p}"], ["cvv", "{c}"], ["n", "{o}"]]"#
        )
    }),
    ("php serialize", |p, c, o| {
        format!(r#"a:3:{{s:6:"number";s:16:"{p}";s:3:"cvv";s:3:"{c}";s:1:"n";i:{o};}}"#)
    }),
    ("print_r lines", |p, c, o| {
        format!(
            "Array\n(\n    [card] => Array\n        (\n            [number] => {p}\n            [cvv] => {c}\n            [avs] => {o}\n        )\n\n)"
        )
    }),
    ("var_dump lines", |p, c, o| {
        format!(
            "array(2) {{\n  [\"number\"]=>\n  string(16) \"{p}\"\n  [\"cvc\"]=>\n  string(3) \"{c}\"\n  [\"n\"]=>\n  int({o})\n}}"
        )
    }),
    ("pretty json lines", |p, c, o| {
        format!(
            "request:\n{{\n  \"card\": {{\n    \"number\": \"{p}\",\n    \"cvn\": {{\n      \"number\": \"{c}\"\n    }},\n    \"n\": {o}\n  }}\n}}\ndone"
        )
    }),
    ("pretty xml lines", |p, c, o| {
        format!(
            "request:\n<Request>\n  <card>\n    <number>{p}</number>\n    <cvn>\n      <number>{c}</number>\n    </cvn>\n  </card>\n  <n>{o}</n>\n</Request>\ndone"
        )
    }),
    ("rust pretty lines", |p, c, o| {
        format!("Card {{\n    number: \"{p}\",\n    cvv: Some(\n        \"{c}\",\n    ),\n    n: {o},\n}}")
    }),
    ("yaml lines", |p, c, o| format!("card:\n  number: {p}\n  exp: 04/29\n  cvv: {c}\n  n: {o}")),
    ("multipart lines", |p, c, o| {
        format!(
            "--b\nContent-Disposition: form-data; name=\"number\"\n\n{p}\n--b\nContent-Disposition: form-data; name=\"cvv\"\n\n{c}\n--b\nn={o}--"
        )
    }),
    ("ruby inspect", |p, c, o| {
        format!(r##"#<CreditCard:0x00007f @number="{p}", @month=9, @verification_value="{c}", @n={o}>"##)
    }),
    ("java map", |p, c, o| format!("{{number={p}, cvv={c}, n={o}}}")),
    ("go literal", |p, c, o| format!(r#"main.Card{{Number:"{p}", CVV:"{c}", N:{o}}}"#)),
    ("tuples", |p, c, o| format!("[('number', '{p}'), ('cvv', '{c}'), ('n', '{o}')]")),
    ("names and values", |p, c, o| {
        format!(
            r#"{{"params":[{{"name":"card_number","value":"{p}"}},{{"name":"cvv","value":"{c}"}},{{"name":"n","value":"{o}"}}]}}"#
        )
    }),
    ("html inputs", |p, c, o| {
        format!(
            r#"<input type="text" name="cardnumber" value="{p}"><input name="cvc" type="text" value="{c}"><i>{o}</i>"#
        )
    }),
    ("xml parameters", |p, c, o| {
        format!(
            r#"<param name="cvv">{c}</param><param name="cardNumber">{p}</param><param name="n">{o}</param>"#
        )
    }),
    ("access log", |p, c, o| {
        format!(
            r#"1.2.3.4 - - [01/Jan/2026:00:00:00 +0000] "GET /pay?card_number={p}&cvv={c}&n={o} HTTP/1.1" 200 {o}"#
        )
    }),
    ("referer", |p, c, o| {
        format!(r#"1.2.3.4 - - "POST /x HTTP/1.1" 200 {o} "https://a.b/pay?cc={p}&cvc={c}" "UA""#)
    }),
    ("month and year together", |p, c, o| format!("{p}|0429|{c}|{o} Main Street")),
    ("name between", |p, c, o| format!("{p}|04|29|Jane Doe|{c}|{o} Main Street")),
    ("quoted row", |p, c, o| format!("('{p}','04','2029','{c}','{o} Main Street')")),
    ("prose", |p, c, o| format!("Customer of room {o} paid with card number {p}, expiry 04/29, CVV {c}.")),
    ("leaders", |p, c, o| format!("Card number ....: {p}\nSecurity code ..: {c}\nRoom ...........: {o}")),
    ("aligned", |p, c, o| format!("Card Number     : {p}\nCVV             : {c}\nRoom            : {o}")),
];
