@external-auth
Feature: What an external authentication hook must do
  SFTPGo asks the hook instead of checking the password itself. What the client
  types as the password is the token of the user's Authy app. The hook answers
  with the user, and SFTPGo replaces the one that it has stored by it.

  Background:
    Given an external authentication hook
    And the user alice with an Authy ID

  Rule: The right token lets in, once Authy has said so

    @EXTAUTH-LOGIN @MUST
    Scenario: The current token lets in
      A hook that lets nobody in is safe, and of no use: all other rules say
      nothing then.

      Fix: look at the time line for what the hook asked and answered. Does it
      know alice's Authy ID, the API key, and the address of the mock?

      When alice logs in with the current token
      Then alice is in
      And Authy was asked once about alice

    @EXTAUTH-AUTHY-BOOLEAN @SHOULD
    Scenario: Success may be written without quotation marks
      Authy writes it as a string where a token is right, and as a boolean
      elsewhere. A hook that only knows one of them fails on the day when
      Authy changes it.

      Fix: take "true" and true, and nothing else.

      Given Authy answers 200 with '{"message":"Token is valid.","token":"is valid","success":true}'
      When alice logs in with the current token
      Then alice is in

    @EXTAUTH-AUTHY-HTML @SHOULD
    Scenario: The answer may be called text/html
      Authy did at times. A hook that insists on application/json locks
      everybody out then.

      Fix: do not look at the content type.

      Given Authy sends its answer as text/html
      When alice logs in with the current token
      Then alice is in

    @EXTAUTH-AUTHY-RECOVERS @MUST
    Scenario: Users get in again when Authy is well again
      An outage must end with the outage: a hook that remembers it keeps
      everybody out.

      Fix: keep nothing of a failed request.

      Given Authy hangs up
      When alice logs in with the current token
      Then the login is refused
      Given Authy is well again
      When alice logs in with the current token
      Then alice is in

    @EXTAUTH-FTP @MUST
    Scenario: A login by FTP asks for the token too
      SFTPGo asks the hook about FTP as well. A hook that looks at SSH only
      leaves this door open, or closes it.

      Fix: decide the same for each SFTPGO_AUTHD_PROTOCOL.

      When alice logs in by FTP with a wrong token
      Then the login is refused
      When alice logs in by FTP with the current token
      Then alice is in

    @EXTAUTH-WEBDAV @MUST
    Scenario: A login by WebDAV asks for the token too
      SFTPGo asks the hook about WebDAV as well. A hook that looks at SSH only
      leaves this door open, or closes it.

      Fix: decide the same for each SFTPGO_AUTHD_PROTOCOL.

      When alice logs in by WebDAV with a wrong token
      Then the login is refused
      When alice logs in by WebDAV with the current token
      Then alice is in

    @EXTAUTH-HTTP @MUST
    Scenario: A login by HTTP asks for the token too
      SFTPGo asks the hook about HTTP as well. A hook that looks at SSH only
      leaves this door open, or closes it.

      Fix: decide the same for each SFTPGO_AUTHD_PROTOCOL.

      When alice logs in by HTTP with a wrong token
      Then the login is refused
      When alice logs in by HTTP with the current token
      Then alice is in

  Rule: Without the right token nobody gets in

    @EXTAUTH-TOKEN-WRONG @MUST
    Scenario: A wrong token is refused
      This is what the hook is for.

      Fix: deny unless Authy answers with the status 200, success true and
      token "is valid".

      When alice logs in with a wrong token
      Then the login is refused

    @EXTAUTH-TOKEN-MISSING @MUST
    Scenario: A login without a token is refused
      An answer that is missing is no answer that is right.

      Fix: deny an empty token before anything else is done.

      When alice logs in with no token
      Then the login is refused
      And Authy was not asked about alice

  Rule: A token is good for its own user, once, and not for long

    @EXTAUTH-TOKEN-FOREIGN @MUST
    Scenario: The token of another user is refused
      Whoever has an Authy app of his own could log in as anybody else.

      Fix: ask Authy about the Authy ID of the user who logs in, and of no
      other.

      Given mallory, who has an Authy app of her own
      When alice logs in with mallory's current token
      Then the login is refused

    @EXTAUTH-TOKEN-REPLAY @MUST
    Scenario: A token is good once
      Who has watched a login must not be able to repeat it (RFC 6238, section
      5.2). Authy sees to it, if it is asked each time.

      Fix: ask Authy for each login, and keep no token.

      Given alice has logged in with the current token
      When alice logs in with the same token
      Then the login is refused

    @EXTAUTH-TOKEN-OLD @MUST
    Scenario: The token of five minutes ago is refused
      An old token may have been read by others meanwhile.

      Fix: leave it to Authy which tokens are still good.

      When alice logs in with the token of five minutes ago
      Then the login is refused

    @EXTAUTH-TOKEN-PARALLEL @MUST
    Scenario: Of fifty clients with the same token one gets in
      Of many who log in with one token at the same time, one may get in.

      Fix: ask Authy once for each login, and keep no token.

      When 50 clients log in as alice at once, with the same token
      Then exactly one of them is in

    @EXTAUTH-BRUTE-FORCE @MUST
    Scenario: Whoever tries one token after the other is stopped
      Who may try for long enough hits the right token. Authy ends that: it
      takes so many tokens of a user in an hour, here 10, and answers 429 to
      each one after that, the right one too.

      Fix: ask Authy for each login, and deny when it answers 429.

      Given 10 clients have logged in as alice at once, with a wrong token each
      When alice logs in with the current token
      Then the login is refused

    @EXTAUTH-BRUTE-OTHERS @MUST @two-users
    Scenario: Whoever tries tokens of one user locks nobody else out
      A hook that counts the wrong tokens of all users together can be
      switched off by anybody, for everybody.

      Fix: leave the counting to Authy, or count for each user.

      Given the user bob with an Authy ID
      And 10 clients have logged in as alice at once, with a wrong token each
      When bob logs in with the current token
      Then bob is in

    @EXTAUTH-KEYBOARD @MUST
    Scenario: The last token is no answer to SFTPGo's own question for the password
      SFTPGo has stored the last token as the password, and asks the hook
      about keyboard-interactive with no password at all. A hook that lets
      that in lets in everybody who has seen the last token.

      Fix: deny where SFTPGO_AUTHD_KEYBOARD_INTERACTIVE is 1, or the password
      is empty.

      Given alice has logged in with the current token
      When alice logs in by keyboard-interactive with the same token
      Then the login is refused

  Rule: A token that is not a number never reaches Authy

    @EXTAUTH-TOKEN-SHAPE @MUST
    Scenario Outline: What is no token is refused: <token>
      What is no token of the right length can be refused without Authy, and
      should not be sent to it.

      Fix: take 7 digits, 0 to 9, (or as many as your tokens have) and nothing
      else.

      Given mallory, who has an Authy app of her own
      When alice logs in with the token "<token>"
      Then the login is refused
      And Authy was not asked about alice

      Examples:
        | token          |
        | 12345          |
        | abcdefg        |
        | +123456        |
        | -123456        |
        | 12 4567        |
        | 0x12345        |
        | 1e00000        |
        | ARABIC         |
        | 123456789012   |
        | 12345678901234 |
        | LONG           |
        | TOKENNEWLINE   |

    @EXTAUTH-INJECTION @MUST
    Scenario Outline: A token with tricks is refused: <token>
      What is pasted into the address of the request that asks Authy can
      change whom it is about. TOKEN and ID are mallory's: she has Authy
      confirm her own token, and is in as alice.

      Fix: let nothing but digits through, and escape it all the same.

      Given mallory, who has an Authy app of her own
      When alice logs in with the token "<token>"
      Then the login is refused
      And Authy was not asked about alice
      And Authy was not asked about mallory

      Examples:
        | token                           |
        | TOKEN/ID?                       |
        | TOKEN/ID?x=                     |
        | TOKEN/ID#                       |
        | TOKEN%2fID%3f                   |
        | TOKEN/ID;                       |
        | TOKEN\\ID                       |
        | ../../json/verify/TOKEN/ID?     |
        | ..%2f..%2fjson/verify/TOKEN/ID? |
        | TOKEN/ID?force=true&x=          |
        | TOKEN ID                        |

  Rule: Whoever is not known stays outside, and learns nothing

    @EXTAUTH-USER-UNKNOWN @MUST
    Scenario: A user that neither SFTPGo nor the hook knows is refused
      Whoever guesses names must get nowhere: SFTPGo asks the hook about
      unknown users too.

      Fix: deny whoever has no Authy ID.

      When an unknown user logs in with the token "1234567"
      Then the login is refused

    @EXTAUTH-USER-UNMAPPED @MUST
    Scenario: A user without an Authy ID is refused
      Somebody has forgotten to give the user an Authy ID. That is no reason
      to let him in without a token.

      Fix: deny whoever has no Authy ID, unless a setting says otherwise for
      this very user.

      Given the user carol without an Authy ID
      When carol logs in with the token "1234567"
      Then the login is refused
      And Authy was not asked about alice

    @EXTAUTH-USER-CASE @MUST
    Scenario: The user name in capitals is another user
      To SFTPGo they are two users, of which one may belong to somebody else.

      Fix: compare user names to the letter.

      When alice logs in as "upper case" with the right password and the current token
      Then the login is refused

    @EXTAUTH-USER-KEPT @MUST
    Scenario: The login changes nothing else about the user
      SFTPGo replaces the stored user by the answer: keys, groups, quota,
      filters and home folder are lost if they are not in it.

      Fix: answer with the user that SFTPGo hands over (SFTPGO_AUTHD_USER),
      changed where it must be and nowhere else.

      When alice logs in with the current token
      Then alice is in
      And SFTPGo still knows all it knew about alice

    @EXTAUTH-DISABLED @MUST
    Scenario: A user that is disabled in SFTPGo stays outside
      An answer with "status":1 would enable the user again.

      Fix: answer with the status that SFTPGo hands over.

      Given SFTPGo has alice disabled
      When alice logs in with the current token
      Then the login is refused
      And SFTPGo still knows all it knew about alice

    @EXTAUTH-NOT-CREATED @SHOULD
    Scenario: A user whom the hook knows, and SFTPGo does not, is not created
      SFTPGo creates whom the hook answers with. A user who was removed would
      be back with the next login, and with the permissions that the hook
      thinks of.

      Fix: deny where SFTPGO_AUTHD_USER is empty.

      Given SFTPGo does not know alice
      When alice logs in with the current token
      Then the login is refused
      And SFTPGo does not know alice now

    @EXTAUTH-ENUM-TIME @SHOULD @slow
    Scenario: The time does not tell who has a token
      Whoever measures learns which users exist, and which have a token, if
      the hook asks Authy about some of them only.

      Fix: let all denials take the same time, from the start of the login.

      Given the user carol without an Authy ID
      And Authy takes 1000 milliseconds to answer
      When carol logs in with the token "1234567"
      Then the login is refused
      And it takes as long as alice's login with a wrong token

  Rule: When Authy cannot say that the token is right, it is wrong

    @EXTAUTH-FORCE @MUST
    Scenario: A wrong token is refused though Authy has not confirmed the user yet
      Without force=true Authy calls any token right as long as the user has
      not confirmed one.

      Fix: send force=true with each verify.

      Given Authy has not confirmed alice yet
      When alice logs in with a wrong token
      Then the login is refused
      And Authy was asked once about alice

    @EXTAUTH-AUTHY-DOWN @MUST
    Scenario: Nobody gets in while Authy is down
      Nobody listens at Authy's address. A hook that lets in then is open as
      soon as an attacker can disturb the network.

      Fix: take every error for a denial; for external authentication an exit
      code other than 0 too.

      Given Authy is down
      When alice logs in with the current token
      Then the login is refused in time

    @EXTAUTH-AUTHY-HANGUP @MUST
    Scenario: Nobody gets in when Authy hangs up
      The connection ends without a word. A hook that lets in then is open as
      soon as an attacker can disturb the network.

      Fix: take every error for a denial; for external authentication an exit
      code other than 0 too.

      Given Authy hangs up
      When alice logs in with the current token
      Then the login is refused in time

    @EXTAUTH-AUTHY-RESET @MUST
    Scenario: Nobody gets in when Authy resets the connection
      The connection is torn down. A hook that lets in then is open as soon as
      an attacker can disturb the network.

      Fix: take every error for a denial; for external authentication an exit
      code other than 0 too.

      Given Authy resets the connection
      When alice logs in with the current token
      Then the login is refused in time

    @EXTAUTH-AUTHY-CUT @MUST
    Scenario: Nobody gets in when Authy breaks its answer off
      Half of an answer is none, whatever the half says. A hook that lets in
      then is open as soon as an attacker can disturb the network.

      Fix: take every error for a denial; for external authentication an exit
      code other than 0 too.

      Given Authy breaks its answer off
      When alice logs in with the current token
      Then the login is refused in time

    @EXTAUTH-AUTHY-CHUNK @MUST
    Scenario: Nobody gets in when Authy breaks a chunk of its answer off
      Half of an answer is none, whatever the half says. A hook that lets in
      then is open as soon as an attacker can disturb the network.

      Fix: take every error for a denial; for external authentication an exit
      code other than 0 too.

      Given Authy breaks a chunk of its answer off
      When alice logs in with the current token
      Then the login is refused in time

    @EXTAUTH-AUTHY-LENGTH @MUST
    Scenario Outline: Nobody gets in when Authy announces a length that is <wrong>
      What is shorter or longer than announced is no answer, whatever it says. A
      hook that lets in then is open as soon as an attacker can disturb the
      network.

      Fix: take every error for a denial; for external authentication an exit
      code other than 0 too.

      Given Authy announces a length that is <wrong>
      When alice logs in with the current token
      Then the login is refused in time

      Examples:
        | wrong     |
        | too short |
        | too long  |

    @EXTAUTH-AUTHY-GARBAGE @MUST
    Scenario: Nobody gets in when Authy answers with bytes that are no HTTP
      Something else listens at Authy's address. A hook that lets in then is
      open as soon as an attacker can disturb the network.

      Fix: take every error for a denial; for external authentication an exit
      code other than 0 too.

      Given Authy answers with bytes that are no HTTP
      When alice logs in with the current token
      Then the login is refused in time

    @EXTAUTH-AUTHY-SILENT @MUST @slow
    Scenario: The login does not wait for an Authy that never answers
      The connection stands, and nothing comes. SFTPGo waits for the hook, and
      the user with it.

      Fix: one deadline for the whole login, below SFTPGo's own (30 s for a
      program, 20 s over HTTP).

      Given Authy never answers
      When alice logs in with the current token
      Then the login is refused in time

    @EXTAUTH-AUTHY-STALL @MUST @slow
    Scenario: The login does not wait for the rest of an answer
      Half of the answer comes, and then nothing. SFTPGo waits for the hook,
      and the user with it.

      Fix: one deadline for the whole login, below SFTPGo's own (30 s for a
      program, 20 s over HTTP).

      Given Authy begins an answer, and no more
      When alice logs in with the current token
      Then the login is refused in time

    @EXTAUTH-AUTHY-DRIP @MUST @slow
    Scenario: The login does not wait for an answer of a byte a second
      Each read gets something, so that a limit for each read never ends.
      SFTPGo waits for the hook, and the user with it.

      Fix: one deadline for the whole login, below SFTPGo's own (30 s for a
      program, 20 s over HTTP).

      Given Authy answers a byte a second
      When alice logs in with the current token
      Then the login is refused in time

    @EXTAUTH-AUTHY-ENDLESS @MUST @slow
    Scenario: The login does not wait for the end of an endless answer
      A hook that reads all of it runs out of time, or of memory. SFTPGo waits
      for the hook, and the user with it.

      Fix: one deadline for the whole login, below SFTPGo's own (30 s for a
      program, 20 s over HTTP); read no more than 64 KiB.

      Given Authy answers without end
      When alice logs in with the current token
      Then the login is refused in time

    @EXTAUTH-AUTHY-LARGE @SHOULD
    Scenario: An answer of megabytes lets nobody in
      What is larger than any answer of Authy is none, and costs memory for
      each login.

      Fix: read at most 64 KiB, and take what is longer for a denial.

      Given Authy answers with 10 MiB of JSON that says success
      When alice logs in with the current token
      Then the login is refused in time

    @EXTAUTH-AUTHY-RUBBISH @MUST
    Scenario Outline: An answer with the status 200 lets nobody in that says <answer>
      A proxy, a login page, an API that has changed: 200 alone says nothing.

      Fix: take JSON with success true and token "is valid", and nothing else.

      Given Authy answers 200 with '<answer>'
      When alice logs in with the current token
      Then the login is refused

      Examples:
        | answer                                  |
        |                                         |
        | Token is valid.                         |
        | <html><body>is valid</body></html>      |
        | null                                    |
        | []                                      |
        | true                                    |
        | "true"                                  |
        | {}                                      |
        | {"token":"is valid","success":"true"    |
        | {"token":"is valid","success":"true"}{} |
        | {"message":"Token is valid."}           |

    @EXTAUTH-AUTHY-FIELDS @MUST
    Scenario Outline: An answer with the status 200 lets nobody in that says <answer>
      Success and token must both say that the token is right. All else is a
      denial, or nothing that Authy ever says.

      Fix: compare both members with the values that Authy documents, types
      included.

      Given Authy answers 200 with '<answer>'
      When alice logs in with the current token
      Then the login is refused

      Examples:
        | answer                                  |
        | {"success":"true"}                      |
        | {"token":"is valid"}                    |
        | {"success":"false","token":"is valid"}  |
        | {"success":false,"token":"is valid"}    |
        | {"success":null,"token":"is valid"}     |
        | {"success":"","token":"is valid"}       |
        | {"success":1,"token":"is valid"}        |
        | {"success":"true","token":""}           |
        | {"success":"true","token":"is"}         |
        | {"success":"true","token":"is invalid"} |
        | {"success":"true","token":true}         |
        | {"success":"true","token":null}         |

    @EXTAUTH-AUTHY-STATUS @MUST
    Scenario Outline: The words of success let nobody in with the status <status>
      Authy says with the status whether the token is right. A body that says
      otherwise comes from something else.

      Fix: want the status 200.

      Given Authy answers every token with the status <status> and the words of success
      When alice logs in with the current token
      Then the login is refused

      Examples:
        | status |
        | 201    |
        | 202    |
        | 401    |
        | 403    |
        | 429    |
        | 500    |
        | 503    |

    @EXTAUTH-AUTHY-ERROR @MUST
    Scenario Outline: Authy answers <status>, and is not asked again
      Each of them is a denial. Asking again may use up a token that was
      right, and keeps a limit in force.

      Fix: one request for each login.

      Given Authy answers <status> with '{"message":"no","success":false,"errors":{},"error_code":"60000"}'
      When alice logs in with the current token
      Then the login is refused
      And Authy was asked once about alice

      Examples:
        | status |
        | 400    |
        | 401    |
        | 403    |
        | 404    |
        | 429    |
        | 500    |
        | 502    |
        | 503    |
        | 504    |

    @EXTAUTH-AUTHY-ONCE @MUST
    Scenario: Authy does not answer, and is not asked again
      Authy may have used the token up: asked again it calls a right token
      wrong, or counts another attempt.

      Fix: switch off what retries in your HTTP client.

      Given Authy hangs up
      When alice logs in with the current token
      Then the login is refused
      And Authy was asked once about alice

    @EXTAUTH-AUTHY-REDIRECT @MUST
    Scenario Outline: A redirect with <status> is not followed
      Whoever can answer for Authy could send the API key and the token to
      another server, or the question to a page that always says success.

      Fix: follow no redirect.

      Given Authy redirects with the status <status> to another address
      When alice logs in with the current token
      Then the login is refused
      And Authy was asked once about alice

      Examples:
        | status |
        | 301    |
        | 302    |
        | 307    |
        | 308    |

  Rule: What is written for people tells no secret

    @EXTAUTH-SECRETS @MUST @program
    Scenario: What the hook writes has no secret in it, when all is well
      SFTPGo copies standard error to its log, which many can read.

      Fix: write who logs in and what came of it, and never an address, a
      request, or an error of the HTTP client as it is: the token stands in
      it.

      When alice logs in with the current token
      Then alice is in
      And neither API key, password nor token is in what was written

    @EXTAUTH-SECRETS-ERROR @MUST @program
    Scenario: What the hook writes has no secret in it, when Authy hangs up
      Errors of HTTP clients have the address in them, and the token with it.

      Fix: write what went wrong in words of your own.

      Given Authy hangs up
      When alice logs in with the current token
      Then the login is refused
      And neither API key, password nor token is in what was written

    @EXTAUTH-SECRETS-ODD @MUST @program
    Scenario: What the hook writes has no secret in it, when the token is odd
      An error about what was typed is easily written with what was typed.

      Fix: write what went wrong in words of your own.

      When alice logs in with the token "%zz12345"
      Then the login is refused
      And neither API key, password nor token is in what was written

    @EXTAUTH-LOG-FORGERY @SHOULD @program
    Scenario: Authy's answer steers no terminal, and forges no line
      Text from outside that stands in a log as it is can hide lines, or look
      like another one.

      Fix: write no text that came from outside, or quote it.

      Given Authy answers 401 with '{"message":"no\u001b[2J\nlevel=INFO msg=accepted","success":false}'
      When alice logs in with the current token
      Then the login is refused
      And no line that was written begins with "level=INFO msg=accepted"
      And no terminal escape is in what was written

    @EXTAUTH-LOG-NAME @SHOULD @program
    Scenario: A user name steers no terminal, and forges no line
      SFTPGo asks the hook about every name that a client sends, also about
      one that no user could have.

      Fix: write no user name but those that you know, or quote it.

      When an unknown user logs in as "eve\u001b[2J\nlevel=INFO msg=accepted" with the token "1234567"
      Then the login is refused
      And no line that was written begins with "level=INFO msg=accepted"
      And no terminal escape is in what was written
