//! Verification codes in transcripts of payment requests, in the shapes that programs write them, among results,
//! flags, dates and other short numbers that are none.

mod dumps;
mod gateways;
mod held_out;
mod nothing;

use crate::{
    cards::card,
    chance::Chance,
    containers::{percent, quoted},
    corpus::{About, Corpus, Sheet},
};

/// A line of card number, code, and another number of three or four digits.
pub type Shape = fn(&str, &str, &str) -> String;

const SHAPES: &[(&str, Shape)] = &[
    ("json", |p, c, o| {
        format!(
            r#"{{"card":{{"number":"{p}","exp_month":"04","exp_year":"2029","cvv":"{c}"}},"amount":{o},"cvv_result":"M"}}"#
        )
    }),
    ("json number", |p, c, o| {
        format!(r#"{{"cardNumber":"{p}","securityCode":{c},"street_number":{o},"eci":"05"}}"#)
    }),
    ("json nested", |p, c, o| {
        format!(r#"{{"card":{{"number":"{p}","cvn":{{"number":"{c}","presind":"1"}},"issue":"{o}"}}}}"#)
    }),
    ("json verification_value", |p, c, o| {
        format!(r#"{{"credit_card":{{"number":"{p}","verification_value":"{c}","zip":"{o}9"}}}}"#)
    }),
    ("json card_code", |p, c, o| {
        format!(
            r#"{{"payment":{{"creditCard":{{"cardNumber":"{p}","expirationDate":"0429","cardCode":"{c}"}}}},"cvvResultCode":"P","transId":"{o}"}}"#
        )
    }),
    ("json cvc", |p, c, o| {
        format!(
            r#"{{"paymentMethod":{{"type":"scheme","number":"{p}","cvc":"{c}","expiryYear":"2029"}},"mcc":"{o}","cvcResult":"1 Matches"}}"#
        )
    }),
    ("escaped json", |p, c, o| {
        format!(
            r#"{{"msg":"request","body":{}}}"#,
            quoted(&format!(r#"{{"number":"{p}","cvv2":"{c}","code":{o}}}"#))
        )
    }),
    ("xml", |p, c, o| {
        format!(
            "<Card><Number>{p}</Number><ExpMonth>04</ExpMonth><CVV2>{c}</CVV2><Code>{o}</Code><CVV2Result>M</CVV2Result></Card>"
        )
    }),
    ("xml attribute", |p, c, o| format!(r#"<card number="{p}" expmonth="4" cvc="{c}" issue="{o}"/>"#)),
    ("xml cvn", |p, c, o| {
        format!(
            "<card><number>{p}</number><cvn><number>{c}</number><presind>1</presind></cvn></card><account>{o}</account>"
        )
    }),
    ("soap", |p, c, o| {
        format!(
            "<soapenv:Body><ns1:accountNumber>{p}</ns1:accountNumber><ns1:cvNumber>{c}</ns1:cvNumber><ns1:street2>{o}</ns1:street2><ns1:cvCode>M</ns1:cvCode></soapenv:Body>"
        )
    }),
    ("form", |p, c, o| format!("amount={o}&ccnumber={p}&ccexp=0429&cvv={c}&cvvresponse=M&avsresponse=Y")),
    ("form prefixed", |p, c, o| {
        format!(
            "ssl_card_number={p}&ssl_exp_date=0429&ssl_cvv2cvc2={c}&ssl_cvv2cvc2_indicator=1&ssl_amount={o}"
        )
    }),
    ("form x_card_code", |p, c, o| {
        format!("x_card_num={p}&x_exp_date=0429&x_card_code={c}&x_invoice_num={o}")
    }),
    ("form brackets", |p, c, o| format!("card[number]={p}&card[exp_year]=2029&card[cvc]={c}&amount={o}")),
    ("form encoded", |p, c, o| format!("{}={p}&{}={c}&v={o}", percent("card[number]"), percent("card[cvc]"))),
    ("wire log", |p, c, o| {
        format!(
            r#"<- "POST /pay HTTP/1.1\r\nContent-Length: {o}\r\n\r\nACCT={p}&EXPDATE=042029&CVV2={c}&AMT=1.00""#
        )
    }),
    ("wire json", |p, c, o| {
        format!(r#"<- "{{\"card\":{{\"number\":\"{p}\",\"cvc\":\"{c}\"}},\"ref\":\"{o}\"}}""#)
    }),
    ("wire xml", |p, c, o| format!(r#"<- "<Num>{p}</Num>\n<CVVNum>{c}</CVVNum>\n<AVSzip>{o}</AVSzip>""#)),
    ("ruby", |p, c, o| {
        format!(
            r#"Parameters: {{"card_number"=>"{p}", "card_verification"=>"{c}", "month"=>"4", "amount"=>"{o}"}}"#
        )
    }),
    ("ruby symbols", |p, c, o| {
        format!(r#"{{:number=>"{p}", :verification_value=>"{c}", :order_id=>"{o}"}}"#)
    }),
    ("php print_r", |p, c, o| format!("Array ( [cardNumber] => {p} [cardCVV] => {c} [cvvResult] => {o} )")),
    ("php var_dump", |p, c, o| {
        format!(r#"array(3) {{ ["number"]=> string(16) "{p}" ["cvc"]=> string(3) "{c}" ["id"]=> int({o}) }}"#)
    }),
    ("python", |p, c, o| format!("request {{'number': '{p}', 'cvv': '{c}', 'status': {o}}}")),
    ("java", |p, c, o| format!("Card(number={p}, expiryYear=2029, securityCode={c}, responseCode={o})")),
    ("kotlin", |p, c, o| format!("PaymentRequest(amount={o}, card=Card(pan={p}, cvv={c}, holder=J Doe))")),
    ("go", |p, c, o| format!("req &{{Number:{p} CVC:{c} Amount:{o}}}")),
    ("rust", |p, c, o| format!(r#"Card {{ number: "{p}", cvv: Some("{c}"), retries: {o} }}"#)),
    (".net", |p, c, o| format!("Card {{ Number = {p}, Cvv = {c}, Status = {o} }}")),
    ("logfmt", |p, c, o| format!("level=debug pan={p} cvv={c} status={o} cvv_match=Y")),
    ("yaml line", |p, c, o| format!("card_number: {p}, cvv: {c}, http_status: {o}")),
    ("words", |p, c, o| format!("customer gave card {p} with security code {c} for room {o}")),
    ("row", |p, c, o| format!("{p}|04|2029|{c}|J Doe|{o} Main Street")),
    ("sql", |p, c, o| format!("INSERT INTO cards (number, cvv, status) VALUES ('{p}', '{c}', {o})")),
    ("multipart", |p, c, o| {
        format!(
            "Content-Disposition: form-data; name=\"cvv\"\\r\\n\\r\\n{c}\\r\\n--b{o} name=\"pan\"\\r\\n\\r\\n{p}"
        )
    }),
];

pub fn add(corpus: &mut Corpus, count: usize, chance: &mut Chance) -> anyhow::Result<()> {
    let mut known = SHAPES.iter().chain(gateways::SHAPES).chain(dumps::SHAPES);
    known.try_for_each(|shape| add_shape(corpus, count, chance, "cvv", shape))?;
    held_out::SHAPES.iter().try_for_each(|shape| add_shape(corpus, count, chance, "cvv held out", shape))?;
    nothing::SHAPES.iter().try_for_each(|(name, make)| {
        let mut sheet = Sheet::new(format!("no-cvv-{}.log", name.replace(' ', "-")));
        for _ in 0..count {
            sheet.line(&make(&chance.digits(3)));
        }
        Ok(corpus.add(sheet, About::new("no cvv", *name, count as u64))?)
    })
}

fn add_shape(
    corpus: &mut Corpus,
    count: usize,
    chance: &mut Chance,
    part: &'static str,
    (shape, make): &(&'static str, Shape),
) -> anyhow::Result<()> {
    let mut sheet = Sheet::new(format!("{part}-{shape}.log").replace(' ', "-"));
    let (row, cards) = (format!("{part}/{shape}"), format!("{part} cards"));
    for turn in 0..count {
        let (card, other) = (card(chance, turn), chance.within(100..9999).to_string());
        let code = chance.digits(if card.brand == "amex" { 4 } else { 3 });
        let records = sheet.line(&make(&card.number, &code, &other));
        sheet.expect(records.clone(), "cvv.clear", &[part, &row]);
        sheet.expect(records, "pan.clear", &[&cards, &format!("{cards}/{shape}")]);
    }
    Ok(corpus.add(sheet, About::new(part, *shape, count as u64))?)
}
