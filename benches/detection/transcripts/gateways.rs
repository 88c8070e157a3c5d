//! Requests as some fifty gateways take them: the names of their fields, in the forms they are sent in and logged in.

use super::Shape;
use crate::containers::quoted;

/// As a wire log writes it: `<- "…"` with escapes.
fn wire(body: &str) -> String {
    format!("<- {}", quoted(body).replace('\n', "\\n"))
}

pub const SHAPES: &[(&str, Shape)] = &[
    ("wire Verification", |p, c, o| {
        wire(&format!(
            "<Account>\n  <Number>{p}</Number>\n  <Expiry year=\"2029\"/>\n  <Verification>{c}</Verification>\n</Account><n>{o}</n>"
        ))
    }),
    ("wire cardValidationNum", |p, c, o| {
        wire(&format!(
            "<accountNumber>{p}</accountNumber>\n<cardValidationNum>{c}</cardValidationNum><n>{o}</n>"
        ))
    }),
    ("wire cv2", |p, c, o| {
        wire(&format!(
            "<Card>\n  <pan>{p}</pan>\n  <Cv2Avs>\n    <cv2>{c}</cv2>\n    <cv2_policy matched=\"accept\"/>\n  </Cv2Avs>\n</Card><n>{o}</n>"
        ))
    }),
    ("wire securityCode.value", |p, c, o| {
        wire(&format!(
            r#"{{"card":{{"number":"{p}","present":"N","securityCode":{{"indicator":"1","value":"{c}"}}}},"zip":"{o}"}}"#
        ))
    }),
    ("wire cdata", |p, c, o| {
        wire(&format!("<tran>\n<![CDATA[\n<AcctNo>{p}</AcctNo><CVVData>{c}</CVVData>]]></tran><n>{o}</n>"))
    }),
    ("wire card.code", |p, c, o| {
        wire(&format!(r#"{{"card":{{"number":"{p}","expiry":"0929","code":"{c}"}},"amount":"{o}"}}"#))
    }),
    ("wire CardSecVal", |p, c, o| {
        wire(&format!("<AccountNum>{p}</AccountNum>\n<CardSecVal>{c}</CardSecVal>\n<AVSzip>{o}</AVSzip>"))
    }),
    ("wire multipart", |p, c, o| {
        wire(&format!("--b\r\nContent-Disposition: form-data; name=\"number\"\r\n\r\n{p}\r\n--b\r\nContent-Disposition: form-data; name=\"cvc\"\r\n\r\n{c}\r\n--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n{o}\r\n--b--")).replace('\r', "\\r")
    }),
    ("escaped xml in soap", |p, c, o| {
        format!(
            "<Body><xml>&lt;CardNumber&gt;{p}&lt;/CardNumber&gt;&lt;CVV2&gt;{c}&lt;/CVV2&gt;&lt;n&gt;{o}&lt;/n&gt;</xml></Body>"
        )
    }),
    ("escaped xml in wire", |p, c, o| {
        wire(&format!(
            "<x>&lt;Card&gt;\n&lt;PAN&gt;{p}&lt;/PAN&gt;&lt;CVC2&gt;{c}&lt;/CVC2&gt;&lt;n&gt;{o}&lt;/n&gt;&lt;/Card&gt;</x>"
        ))
    }),
    ("json escaped twice", |p, c, o| {
        format!("body: {}", quoted(&quoted(&format!(r#"{{"number":"{p}","cvv":"{c}","n":{o}}}"#))))
    }),
    ("cvmvalue", |p, c, o| {
        format!(
            "<creditcard><cardnumber>{p}</cardnumber><cvmvalue>{c}</cvmvalue><cvmindicator>provided</cvmindicator><n>{o}</n></creditcard>"
        )
    }),
    ("CardIDNumber", |p, c, o| {
        format!(
            "<CardNumber>{p}</CardNumber><CardIDCode>1</CardIDCode><CardIDNumber>{c}</CardIDNumber><n>{o}</n>"
        )
    }),
    ("VerificationStr2", |p, c, o| {
        format!(
            "<Card_Number>{p}</Card_Number><VerificationStr1>{o} Main</VerificationStr1><VerificationStr2>{c}</VerificationStr2><CVD_Presence_Ind>1</CVD_Presence_Ind>"
        )
    }),
    ("ewayCVN", |p, c, o| {
        format!(
            "<ewayCardNumber>{p}</ewayCardNumber><ewayCVN>{c}</ewayCVN><ewayTotalAmount>{o}</ewayTotalAmount>"
        )
    }),
    ("CardCSC", |p, c, o| format!("<CardNumber>{p}</CardNumber><CardCSC>{c}</CardCSC><Amount>{o}</Amount>")),
    ("Cvv2Val", |p, c, o| {
        format!("<Number>{p}</Number><Expires>09/29</Expires><Cvv2Val>{c}</Cvv2Val><n>{o}</n>")
    }),
    ("CardSecurityValue", |p, c, o| {
        format!(
            "<m:AccountNumber>{p}</m:AccountNumber><m:CardSecurityValue>{c}</m:CardSecurityValue><m:n>{o}</m:n>"
        )
    }),
    ("CardVerificationNumber", |p, c, o| {
        format!(
            "<a:CardNumber>{p}</a:CardNumber><a:CardVerificationNumber>{c}</a:CardVerificationNumber><n>{o}</n>"
        )
    }),
    ("dc_verification_number", |p, c, o| {
        format!("dc_number={p}&dc_expiration_month=9&dc_verification_number={c}&dc_transaction_amount={o}")
    }),
    ("cvt", |p, c, o| format!("data[numeroTarjeta]={p}&data[cvt]={c}&data[cp]={o}00")),
    ("UMcvv2", |p, c, o| format!("UMcard={p}&UMexpir=0929&UMcvv2={c}&UMamount={o}")),
    ("paymentCardCSC", |p, c, o| {
        format!("paymentCardNumber={p}&paymentCardExpiry=0929&paymentCardCSC={c}&n={o}")
    }),
    ("account.verification", |p, c, o| {
        format!("account.number={p}&account.expiry.month=09&account.verification={c}&n={o}")
    }),
    ("secure_number", |p, c, o| format!("card_number={p}&name_on_card=J&secure_number={c}&n={o}")),
    ("CVCVV2", |p, c, o| format!("CC_NUM={p}&CC_EXPIRES=0929&CVCVV2={c}&AMOUNT={o}")),
    ("ccCardValidationNum", |p, c, o| format!("ccNumber={p}&ccType=VI&ccCardValidationNum={c}&n={o}")),
    ("xCVV", |p, c, o| format!("xCardNum={p}&xExp=0929&xCVV={c}&xAmount={o}")),
    ("card-cvv", |p, c, o| format!("card-number={p}&card-exp=09/29&card-cvv={c}&card-amount={o}")),
    ("vpc_CardSecurityCode", |p, c, o| {
        format!("vpc_CardNum={p}&vpc_CardExp=2909&vpc_CardSecurityCode={c}&vpc_Amount={o}")
    }),
    ("card.CVN", |p, c, o| format!("card.PAN={p}&card.CVN={c}&card.expiryYear=29&order.amount={o}")),
    ("card[csc] encoded", |p, c, o| format!("card%5Bpan%5D={p}&card%5Bcsc%5D={c}&amount={o}")),
    ("encoded twice", |p, c, o| {
        format!("n={o}&payload=card%255Bnumber%255D%3D{p}%26card%255Bcvc%255D%3D{c}")
    }),
    ("CvcNumber", |p, c, o| {
        format!(r#"{{"Request":{{"CardNumber":"{p}","ExpMonth":"09","CvcNumber":"{c}","Amount":{o}}}}}"#)
    }),
    ("security-code", |p, c, o| {
        format!(
            "<credit-card><card-number>{p}</card-number><security-code>{c}</security-code></credit-card><n>{o}</n>"
        )
    }),
];
