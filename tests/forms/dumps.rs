//! Objects as languages print them.

use super::{
    Betrayed::{self, Codes, Digits},
    Cost::{self, Decoded, Raw},
    Form, Write,
    write::codes,
};

const fn form(
    name: &'static str,
    cost: Cost,
    betrayed: &'static [Betrayed],
    field: &'static str,
    write: fn(&str) -> String,
) -> Form {
    Form { name, write: Write::Lines(write), told: &["pan.clear"], field, cost, betrayed }
}

const DIGITS: &[Betrayed] = &[Digits];
const CODES: &[Betrayed] = &[Codes];

/// The forms.
#[rustfmt::skip]
pub const FORMS: &[Form] = &[
    form("java", Raw, DIGITS, "line.Card.number", |n| format!("Card(holder=Jane Doe, number={n}, year=2029)")),
    form("java object", Raw, DIGITS, "line.Card.number", |n| format!("com.shop.Card@1b6d3586[holder=Jane Doe,number={n}]")),
    form("java record", Raw, DIGITS, "line.Card.number", |n| format!("Card[holder=Jane Doe, number={n}, year=2029]")),
    form("java map", Raw, DIGITS, "line.cardNumber", |n| format!("{{holder=Jane Doe, cardNumber={n}, year=2029}}")),
    form("java byte array", Decoded, CODES, "line.body|bytes", |n| format!("body=[{}]", codes(n, ", ", |b| b.to_string()))),
    form("java char array", Decoded, DIGITS, "line.pan|joined", |n| format!("pan=[{}]", codes(n, ", ", |b| char::from(b).to_string()))),
    form("kotlin", Raw, DIGITS, "line.Payment.card.number", |n| format!("Payment(amount=1999, card=Card(number={n}, year=2029))")),
    form("scala", Raw, DIGITS, "line", |n| format!("Charge(Some(Card({n},4,2029,Jane Doe)),1999)")),
    form("scala map", Raw, DIGITS, "line", |n| format!("Map(holder -> Jane Doe, cardNumber -> {n})")),
    form("ruby", Raw, DIGITS, "line.card_number", |n| format!(r#"{{:card_number=>"{n}", :year=>2029}}"#)),
    form("ruby 3.4", Raw, DIGITS, "line.card_number", |n| format!(r#"{{card_number: "{n}", year: 2029}}"#)),
    form("ruby inspect", Raw, DIGITS, "line.number", |n| format!(r#"#<Card:0x000078e1 @number="{n}", @year=2029>"#)),
    form("ruby struct", Raw, DIGITS, "line.number", |n| format!(r#"#<struct Card number="{n}", year=2029>"#)),
    form("python", Raw, DIGITS, "line.card_number", |n| format!("{{'card_number': '{n}', 'year': 2029}}")),
    form("python dataclass", Raw, DIGITS, "line.Card.number", |n| format!("Card(number='{n}', year=2029)")),
    form("python namedtuple", Raw, DIGITS, "line.Card.number", |n| format!("Card(holder='Jane Doe', number='{n}')")),
    form("python tuple", Raw, DIGITS, "line", |n| format!("args=('Jane Doe', '{n}', 2029)")),
    form("python bytes", Raw, DIGITS, "line", |n| format!("body: b'{n}'")),
    form("python char list", Decoded, &[Betrayed::Digits], "line.pan|joined", |n| format!("pan=[{}]", codes(n, ", ", |b| format!("'{}'", char::from(b))))),
    form("go %+v", Raw, DIGITS, "line.Number", |n| format!("&{{Holder:Jane Number:{n} Card:true}} card")),
    form("go %v", Raw, DIGITS, "line", |n| format!("card &{{Jane {n} 4 2029}}")),
    form("go %#v", Raw, DIGITS, "line.Card.Number", |n| format!(r#"&main.Card{{Holder:"Jane", Number:"{n}", Year:2029}}"#)),
    form("go map", Raw, DIGITS, "line", |n| format!("map[cardNumber:{n} holder:Jane]")),
    form("go bytes", Decoded, CODES, "line|codes", |n| format!("body [{}]", codes(n, " ", |b| b.to_string()))),
    form("php print_r", Raw, DIGITS, "line.cardNumber", |n| format!("Array ( [cardNumber] => {n} [year] => 2029 )")),
    form("php var_dump", Raw, DIGITS, "line", |n| format!(r#"["card_number"]=> string({}) "{n}""#, n.len())),
    form("php var_export", Raw, DIGITS, "line.card_number", |n| format!("array ( 'card_number' => '{n}', 'year' => 2029, )")),
    form("php serialize", Raw, DIGITS, "line", |n| format!(r#"a:2:{{s:11:"card_number";s:{}:"{n}";s:4:"year";i:2029;}}"#, n.len())),
    form("rust", Raw, DIGITS, "line.Card.number", |n| format!(r#"Card {{ number: "{n}", year: 2029 }}"#)),
    form("rust option", Raw, DIGITS, "line.Card.number", |n| format!(r#"Card {{ number: Some("{n}"), year: 2029 }}"#)),
    form("rust tuple", Raw, DIGITS, "line", |n| format!(r#"Card("{n}", 2029)"#)),
    form("rust bytes", Decoded, CODES, "line.Request.body|bytes", |n| format!("Request {{ body: [{}] }}", codes(n, ", ", |b| b.to_string()))),
    form(".net", Raw, DIGITS, "line.Card.Number", |n| format!("Card {{ Number = {n}, Year = 2029 }}")),
    form(".net structured log", Raw, DIGITS, "line.Card.Number", |n| format!(r#"Charging Card {{ Number: "{n}", Year: 2029 }}"#)),
    form("elixir", Raw, DIGITS, "line.Card.number", |n| format!(r#"%Card{{number: "{n}", year: 2029}}"#)),
    form("elixir charlist", Decoded, CODES, "line.number|bytes", |n| format!("%{{number: [{}]}}", codes(n, ", ", |b| b.to_string()))),
    form("protobuf text", Raw, DIGITS, "line.number", |n| format!(r#"card {{ number: "{n}" year: 2029 }}"#)),
    form("javascript", Raw, DIGITS, "line.number", |n| format!("{{ number: '{n}', year: 2029 }}")),
    form("java properties", Raw, DIGITS, "line.card.number", |n| format!("card.number={n}")),
    form("json byte array", Decoded, CODES, "body|bytes", |n| format!(r#"{{"body":[{}]}}"#, codes(n, ",", |b| b.to_string()))),
    form("node buffer", Decoded, CODES, "body.data|bytes|json.pan", |n| format!(r#"{{"body":{{"type":"Buffer","data":[{}]}}}}"#, codes(&format!(r#"{{"pan":"{n}"}}"#), ",", |b| b.to_string()))),
    form("node buffer in a log", Raw, CODES, "line", |n| format!("<Buffer {}>", codes(n, " ", |b| format!("{b:02x}")))),
];
