import { expect, test } from "vitest";
import { AwsError } from "../../kernel/errors.ts";
import { openModels } from "../../model/load.ts";
import { ec2 } from "./ec2.ts";
import { query } from "./query.ts";

const models = openModels();
const META = { requestId: "REQ", extendedRequestId: "EXT" };

test("an error without a sentence has no element for one", () => {
  const error = new AwsError("ResourceNotFound", "");
  expect(query.serialiseError(models.service("cloudwatch"), undefined, error, META).body).toBe(
    '<ErrorResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><Error><Type>Sender</Type>' +
      "<Code>ResourceNotFound</Code></Error><RequestId>REQ</RequestId></ErrorResponse>",
  );
  const unknown = new AwsError("Unknown", "", { status: 400 });
  expect(ec2.serialiseError(models.service("ec2"), undefined, unknown, META).body).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>Unknown</Code></Error>' +
      "</Errors><RequestID>REQ</RequestID></Response>",
  );
});
