//! CloudWatch Logs: two functions' groups, the subscription that hands one of them on, and who may read them.

use aws_sdk_cloudwatchlogs::{Client, types::InputLogEvent};
use aws_sdk_iam::Client as Iam;
use serde_json::json;

use crate::aws::{Keys, Seeder, raw};
use crate::sales::each;
use crate::servers::moto::Moto;
use crate::world::Sale;

const CHECKOUT: &str = "/aws/lambda/checkout";
const RECEIPTS: &str = "/aws/lambda/receipts";
const STREAM: &str = "arn:aws:kinesis:eu-west-1:123456789012:stream/to-siem";

/// A log event: its time in milliseconds, and its text.
type Event = (i64, String);

/// Groups with their events, a subscription, and users.
pub fn fill(moto: &Moto, sales: &[Sale]) {
    let seeder = Seeder::new(moto.port, &Keys::default());
    let client = Client::new(&seeder.config);
    for (group, events) in [(CHECKOUT, checkout(sales)), (RECEIPTS, receipts(sales))] {
        seeder.run(client.create_log_group().log_group_name(group).send());
        seeder.run(client.put_retention_policy().log_group_name(group).retention_in_days(14).send());
        put(&seeder, &client, group, events);
    }
    // The stream is none of ours to look at: the graph ends there.
    let kinesis =
        "X-Amz-Target: Kinesis_20131202.CreateStream\r\nContent-Type: application/x-amz-json-1.1\r\n";
    raw(moto.port, "POST /", kinesis, r#"{"StreamName": "to-siem", "ShardCount": 1}"#);
    let filter = client.put_subscription_filter().log_group_name(CHECKOUT).filter_name("all-to-siem");
    let role = "arn:aws:iam::123456789012:role/logs-to-kinesis";
    seeder.run(filter.filter_pattern("").destination_arn(STREAM).role_arn(role).send());
    user(&seeder, "checkout", "logs:PutLogEvents", CHECKOUT);
    user(&seeder, "support", "logs:FilterLogEvents", "*");
}

/// Two lines a sale; an exception quotes the request that timed out.
fn checkout(sales: &[Sale]) -> Vec<Event> {
    let line =
        |at: i64, level: &str, message: String| (at, json!({"level": level, "message": message}).to_string());
    let mut events: Vec<Event> = Vec::new();
    for sale in sales {
        events.push(line(sale.at - 900, "INFO", format!("basket of {} confirmed", sale.order)));
        events.push(line(sale.at + 2_000, "INFO", format!("payment for {} accepted", sale.order)));
    }
    for sale in each(sales, 16, 5) {
        let request = json!({"number": sale.card, "exp": sale.expiry});
        let message = format!("java.net.SocketTimeoutException: POST /charge {request} timed out");
        events.push(line(sale.at + 1_500, "ERROR", message));
    }
    events
}

/// As a log should be.
fn receipts(sales: &[Sale]) -> Vec<Event> {
    let line = |sale: &Sale| format!("receipt sent order={} token={}", sale.order, sale.token);
    sales.iter().map(|sale| (sale.at + 8_000, line(sale))).collect()
}

fn put(seeder: &Seeder, client: &Client, group: &str, mut events: Vec<Event>) {
    events.sort();
    let stream = "2026/instance-1";
    seeder.run(client.create_log_stream().log_group_name(group).log_stream_name(stream).send());
    let event = |(at, text): Event| InputLogEvent::builder().timestamp(at).message(text).build().unwrap();
    let put = client.put_log_events().log_group_name(group).log_stream_name(stream);
    seeder.run(put.set_log_events(Some(events.into_iter().map(event).collect())).send());
}

/// A user who may do one thing with one group.
fn user(seeder: &Seeder, name: &str, action: &str, group: &str) {
    let iam = Iam::new(&seeder.config);
    seeder.run(iam.create_user().user_name(name).send());
    let resource = format!("arn:aws:logs:eu-west-1:123456789012:log-group:{group}");
    let statement = json!({"Effect": "Allow", "Action": action, "Resource": resource});
    let document = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    seeder.run(iam.put_user_policy().user_name(name).policy_name("own").policy_document(document).send());
}
