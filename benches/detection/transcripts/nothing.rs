//! What stands in transcripts and is no verification code: results, flags, states, other codes.

/// A line with a number of three digits.
type Line = fn(&str) -> String;

pub const SHAPES: &[(&str, Line)] = &[
    ("results", |o| format!("cvv_result={o}&cvvresponse={o}&avs={o}&cvv2_response_code={o}&CVV2MATCH=M")),
    ("results json", |o| {
        format!(
            r#"{{"cvv_code":"M","cvvResultCode":"{o}","cvv_check":"{o}","avs_code":"{o}","code":"{o}","response_code":"{o}"}}"#
        )
    }),
    ("nested results", |o| {
        format!(r#"{{"cvv":{{"code":"{o}","result":"{o}","status":{o}}},"security_code_check":{o}}}"#)
    }),
    ("raw results", |o| {
        format!(
            r#"{{"processorInformation":{{"cardVerification":{{"resultCode":"M","resultCodeRaw":"{o}"}}}}}}"#
        )
    }),
    ("xml results", |o| {
        format!(
            "<CVV2Result><code>{o}</code></CVV2Result><CardSecurityCodeResponse>{o}</CardSecurityCodeResponse>"
        )
    }),
    ("flags", |o| {
        format!("ignore_cvv={o} cvv_enabled={o} cvd_indicator={o} cvv_length={o} cvv_attempts={o}")
    }),
    ("cryptograms", |o| format!("cavv={o} cavvAlgorithm={o} eci={o} xid={o}")),
    ("ids", |o| format!("cid={o} csc={o} cv2={o} cvn={o} verification={o}")),
    ("one-time codes", |o| format!(r#"{{"verification_code":"{o}4","phone":"+4915112345678"}}"#)),
    ("masked", |o| format!("cvv=XXX cvc=[FILTERED] cvv2=*** cvn=### n={o}")),
    ("error near a card", |o| {
        format!(
            r#"{{"card":{{"brand":"visa","exp_month":9,"exp_year":2029,"error":{{"code":"{o}"}}}},"code":{o}}}"#
        )
    }),
    ("amounts", |o| {
        format!(r#"{{"amount":{o},"currency_code":"978","street_number":"{o}","mcc":"5812","exponent":2}}"#)
    }),
    ("prose", |o| format!("the cvv check took {o} ms, security code mismatch {o} times, see cvv rule {o}a")),
];
