//! What the merchant declares: the estate file, a demo key, and a policy of its own.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::LiveShop;

/// A key that everybody knows: for this demonstration and nothing else.
const DEMO_KEY: &str = "d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0d0e0";

/// Writes the files, with the addresses where the servers listen this time.
pub fn write(folder: &Path, shop: &LiveShop) {
    std::fs::create_dir_all(folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("dyetrace.yaml", &estate(shop));
    write("house.yaml", HOUSE);
    write_key(folder);
}

/// Writes the demo key, which others may not read: dyetrace says so of a key that they can.
pub fn write_key(folder: &Path) {
    let path = folder.join("demo.key");
    std::fs::write(&path, format!("{DEMO_KEY}\n")).unwrap();
    std::fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}

fn estate(shop: &LiveShop) -> String {
    let authority = shop.kafka.file("server.crt").display().to_string();
    let places = [
        ("KAFKA", shop.kafka.secure()),
        ("AUTHORITY", authority),
        ("AWS", shop.aws.url()),
        ("REDIS", format!("127.0.0.1:{}", shop.redis.port)),
        ("POSTGRES", format!("127.0.0.1:{}", shop.postgres.port)),
        ("RABBITMQ", format!("127.0.0.1:{}", shop.rabbit.port)),
        ("MANAGEMENT", format!("http://127.0.0.1:{}", shop.rabbit.management)),
    ];
    places
        .into_iter()
        .fold(ESTATE.to_owned(), |text, (name, place)| text.replace(&format!("<{name}>"), &place))
}

const ESTATE: &str = r#"# A small merchant on live systems, written by `cargo run --example live`.
version: 1
estate: Example Shop, live
key: {file: demo.key}       # a demo key that everybody knows; `dyetrace init` makes a real one

zones:
  cde:          {may_hold: [pan, expiry, token]}
  connected:    {may_hold: [token, pan.truncated, pan.masked]}
  out-of-scope: {may_hold: [token, pan.truncated]}

systems:
  gateway:
    kind: payment-gateway
    zone: cde
    owner: payments
    principals: ["User:gateway"]
    needs: {pan: "charges cards", expiry: "the same", token: "the same"}
  settlement:
    kind: service
    zone: cde
    owner: payments
    principals: ["User:settlement"]
    groups: ["settlement-*"]
    needs: {pan: "settles with the acquirer", expiry: "the same", token: "the same"}
  checkout: {kind: service, zone: connected, owner: web, principals: ["arn:aws:iam::*:user/checkout"]}
  orders:
    kind: service
    zone: connected
    owner: fulfilment
    principals: ["User:orders"]
    groups: ["orders-*"]
    needs: {token: "refunds", pan.truncated: "shown on the receipt"}
  operations:
    kind: service
    zone: connected
    owner: platform
    principals: ["User:ops", admin]
    groups: ["ops-*"]
    needs: {token: "replays what failed"}
  refund-desk: {kind: service, zone: connected, owner: support, principals: [refund-desk], needs: {token: "refunds"}}
  analytics: {kind: analytics, zone: out-of-scope, owner: growth, principals: ["User:analytics", reporting]}
  audit:
    kind: service
    zone: cde
    owner: security
    principals: ["User:dyetrace", dyetrace]
    needs: {pan: "looks for it", pan.hashed: "the same", expiry: "the same", token: "the same"}

sources:
  - name: bus
    connector: kafka
    brokers: "<KAFKA>"
    topics: ["charges*", orders]
    sasl: PLAIN
    user: dyetrace
    password: {env: SHOP_KAFKA_PASSWORD}
    ca: "<AUTHORITY>"
    zone: connected
  - name: logs
    connector: cloudwatch
    region: eu-west-1
    groups: ["/aws/lambda/*"]
    since: 24h
    iam: true
    endpoint: "<AWS>"
    iam_endpoint: "<AWS>"
    system: checkout
  - name: queues
    connector: sqs
    region: eu-west-1
    queues: ["webhooks*"]
    consent: side-effects   # of these only the dead letters are received: the other queue redrives
    endpoint: "<AWS>"
    system: checkout
  - name: jobs
    connector: redis
    address: "<REDIS>"
    user: dyetrace
    password: {env: SHOP_REDIS_PASSWORD}
    queues: [sidekiq]
    system: checkout
  - name: shop
    connector: postgres
    address: "<POSTGRES>"
    database: shop
    user: dyetrace
    password: {env: SHOP_POSTGRES_PASSWORD}
    tables: [outbox, failed_jobs]
    time_column: created_at
    system: orders
  - name: broker
    connector: rabbitmq
    address: "<RABBITMQ>"
    management: "<MANAGEMENT>"
    vhost: shop
    user: dyetrace
    password: {env: SHOP_RABBITMQ_PASSWORD}
    copies: [audit-copy]    # bound for dyetrace: a look at the other queues would leave traces
    system: refund-desk

datasets:
  - {match: "*", environment: production}
  - {match: "bus/charges*", owner: payments, written_by: [gateway]}
  - {match: bus/charges, zone: cde, read_by: [settlement]}
  - {match: "bus/charges-*", read_by: [operations]}
  - {match: bus/orders, owner: fulfilment, written_by: [orders], read_by: [orders]}
  - {match: "jobs/*", retention: 180d}

flows:
  - {from: checkout, to: gateway, via: api, auth: mtls, carries: [pan, expiry, cvv]}
  - {from: gateway, to: settlement, via: kafka, auth: mtls, carries: [pan, expiry, token]}
  - {from: gateway, to: checkout, via: webhook, auth: hmac, carries: [token]}
  - {from: checkout, to: orders, via: api, auth: mtls, carries: [token, pan.truncated]}

policies: [pci-dss-4.0.1, tokenization, least-privilege, house.yaml]
"#;

const HOUSE: &str = r#"# A rule of this house alone, beside the packs that are built in.
pack: house
about: "what this house does not want beyond the standards"
rules:
  - id: card-tried-again
    title: "a card in {dataset} was tried {attempts} times and is still there"
    severity: medium
    on: dataset
    where: {holds: [pan.clear, cvv.clear], attempts: {at_least: 3}}
    references: {house: ["PAY-12"]}
    remediation: "Give up after the third try, and keep the order id instead of the request."
    breaks: {holds: pan.clear, attempts: 4}
    passes: {holds: token.clear, attempts: 4}
"#;
