package mockauthy_test

import "testing"

const xmlType = "application/xml;charset=utf-8"

// The recorded XML answers of docs/authy-api.md section 4, indented by two spaces
// as ActiveSupport does. The success of verify has no type: it is a string there
// too.
func TestXML(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	user := asked{
		method: "POST", target: "/protected/xml/users/new", key: docsKey, contentType: "application/xml",
		body: `<?xml version="1.0" encoding="UTF-8"?><user><cellphone>317-338-9302</cellphone><country_code>57</country_code><email>new@example.com</email></user>`,
	}
	r.expect(t, user, said{200, xmlType, xmlHead + `<hash>
  <message>User created successfully.</message>
  <user>
    <id type="integer">1003</id>
  </user>
  <success type="boolean">true</success>
</hash>
`})
	r.expect(t, reading("/protected/xml/verify/"+r.native(t, aliceSecret, 0)+"/1000?force=true"), said{200, xmlType, xmlHead + `<hash>
  <message>Token is valid.</message>
  <token>is valid</token>
  <success>true</success>
</hash>
`})
	r.expect(t, reading("/protected/xml/sms/9999"), said{404, xmlType, xmlHead + `<errors>
  <message>User not found.</message>
  <error-code>60026</error-code>
</errors>
`})
	r.expect(t, asked{target: "/protected/xml/app/details"}, said{401, xmlType, xmlHead + `<errors>
  <error-code>60001</error-code>
  <message>Invalid API key</message>
  <errors>
    <message>Invalid API key</message>
  </errors>
  <success type="boolean">false</success>
</errors>
`})
	r.expect(t, reading("/protected/xml/users/1000/status"), said{200, xmlType, xmlHead + `<hash>
  <status>
    <authy-id type="integer">1000</authy-id>
    <confirmed type="boolean">true</confirmed>
    <registered type="boolean">false</registered>
    <country-code type="integer">1</country-code>
    <phone-number>XXX-XXX-0100</phone-number>
    <email>alice@example.com</email>
    <devices type="array"/>
    <has-hard-token type="boolean">false</has-hard-token>
    <account-disabled type="boolean">false</account-disabled>
    <detailed-devices type="array"/>
    <deleted-devices type="array"/>
  </status>
  <message>User status.</message>
  <success type="boolean">true</success>
</hash>
`})
}

// What is no XML, or more of it than anybody means, is refused.
func TestXMLBodies(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	deep := ""
	for range 100 {
		deep += "<a>"
	}
	for _, body := range []string{"<user>", "<user></email>", "user", "<user/><user/>", deep, "<!DOCTYPE a [<!ENTITY b 'c'>]><user><email>&b;</email></user>"} {
		a := asked{method: "POST", target: "/protected/json/users/new", key: docsKey, contentType: "application/xml", body: body}
		r.expect(t, a, invalidRequest)
	}
}
