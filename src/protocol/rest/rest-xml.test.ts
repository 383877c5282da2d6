import { expect, test } from "vitest";
import { AwsError } from "../../kernel/errors.ts";
import { openModels } from "../../model/load.ts";
import { restXml } from "./rest-xml.ts";

const models = openModels();
const META = { requestId: "REQ", extendedRequestId: "EXT" };

test("an error without a sentence has no element for one", () => {
  const error = new AwsError("AccessDenied", "", { status: 403 });
  const refusal = (service: string) =>
    restXml.serialiseError(models.service(service), undefined, error, META).body;
  expect(refusal("s3")).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>' +
      "<RequestId>REQ</RequestId><HostId>EXT</HostId></Error>",
  );
  expect(refusal("route53")).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error>' +
      "<Type>Sender</Type><Code>AccessDenied</Code></Error><RequestId>REQ</RequestId></ErrorResponse>",
  );
});

test("what has not changed is told without a body, and without the type of one", () => {
  const headers = { etag: '"1"' };
  const error = new AwsError("NotModified", "Not Modified", { status: 304, headers });
  const getObject = models.service("s3").operations.get("GetObject");
  expect(restXml.serialiseError(models.service("s3"), getObject, error, META)).toEqual({
    status: 304,
    headers: { "x-amz-request-id": "REQ", "x-amz-id-2": "EXT", etag: '"1"' },
    body: "",
  });
});
