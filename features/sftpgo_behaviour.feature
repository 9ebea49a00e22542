Feature: What SFTPGo makes of the answer of a hook
  A hook answers by what it prints and by the exit code it ends with, or over HTTP
  by the body and the status. Whoever writes one has to know what SFTPGo takes for
  a yes. Here is what SFTPGo does, seen with a hook that gives the answer of the row,
  whoever logs in and whatever he types.

  In the answers, NAME is the name of who logs in, USER all of that user as JSON,
  PASSWORD the password that SFTPGo has stored, SPACE a space, NEWLINE a line
  break, and MIB a mebibyte of spaces.

  Background:
    Given the user alice without an Authy ID

  Rule: External authentication: SFTPGo lets in whom the answer describes, and a user it knows if there is no answer

    Nothing is compared with the stored password, and the one that was typed is
    stored in its place. A user whom SFTPGo does not know is created.

    Background:
      Given an SFTPGo server with an external authentication hook of any kind

    @as-program
    Scenario Outline: External authentication: it prints '<output>' and <end>
      Given it prints '<output>' and <end>
      Then alice with the right password is <right password>
      And alice with a wrong password is <wrong password>
      And an unknown user is <unknown user>

      @empty-answer-lets-in
      Examples: nothing at all
        | output  | end         | right password | wrong password | unknown user |
        |         | ends with 0 | let in         | let in         | refused      |
        | NEWLINE | ends with 0 | let in         | let in         | refused      |

      @empty-answer-checks-password
      Examples: nothing at all
        | output  | end         | right password | wrong password | unknown user |
        |         | ends with 0 | let in         | refused        | refused      |
        | NEWLINE | ends with 0 | let in         | refused        | refused      |

      Examples: a user
        | output                                                                 | end         | right password | wrong password | unknown user |
        | USER                                                                   | ends with 0 | let in         | let in         | let in       |
        | USERNEWLINE                                                            | ends with 0 | let in         | let in         | let in       |
        | NEWLINEUSER                                                            | ends with 0 | let in         | let in         | let in       |
        | {"username":"NAME","status":1,"permissions":{"/":["*"]}}               | ends with 0 | let in         | let in         | let in       |
        | {"UserName":"NAME","STATUS":1,"permissions":{"/":["*"]}}               | ends with 0 | let in         | let in         | let in       |
        | {"username":"","username":"NAME","status":1,"permissions":{"/":["*"]}} | ends with 0 | let in         | let in         | let in       |
        | {"username":"NAME","status":0,"Status":1,"permissions":{"/":["*"]}}    | ends with 0 | let in         | let in         | let in       |
        | MIBUSER                                                                | ends with 0 | let in         | let in         | let in       |

      Examples: no user, or none that could be saved
        | output                                                     | end         | right password | wrong password | unknown user |
        | SPACE                                                      | ends with 0 | refused        | refused        | refused      |
        | OK                                                         | ends with 0 | refused        | refused        | refused      |
        | true                                                       | ends with 0 | refused        | refused        | refused      |
        | null                                                       | ends with 0 | refused        | refused        | refused      |
        | []                                                         | ends with 0 | refused        | refused        | refused      |
        | {}                                                         | ends with 0 | refused        | refused        | refused      |
        | {"username":""}                                            | ends with 0 | refused        | refused        | refused      |
        | {"username":"NAME"}                                        | ends with 0 | refused        | refused        | refused      |
        | {"username":"NAME","status":1}                             | ends with 0 | refused        | refused        | refused      |
        | {"username":"NAME","permissions":{"/":["*"]}}              | ends with 0 | refused        | refused        | refused      |
        | {"username":"NAME","status":0,"permissions":{"/":["*"]}}   | ends with 0 | refused        | refused        | refused      |
        | {"username":"NAME","status":"1","permissions":{"/":["*"]}} | ends with 0 | refused        | refused        | refused      |
        | {"username":"NAME","status":1,"permissions":{"/":["*"]}    | ends with 0 | refused        | refused        | refused      |
        | USERUSER                                                   | ends with 0 | refused        | refused        | refused      |
        | USERNEWLINEUSER                                            | ends with 0 | refused        | refused        | refused      |
        | USERNEWLINEOK                                              | ends with 0 | refused        | refused        | refused      |
        | OKNEWLINEUSER                                              | ends with 0 | refused        | refused        | refused      |

      Examples: another end
        | output | end         | right password | wrong password | unknown user |
        | USER   | ends with 1 | refused        | refused        | refused      |
        |        | ends with 1 | refused        | refused        | refused      |
        | USER   | ends with 2 | refused        | refused        | refused      |
        |        | ends with 2 | refused        | refused        | refused      |
        | USER   | is killed   | refused        | refused        | refused      |
        |        | is killed   | refused        | refused        | refused      |
        | USER   | never ends  | refused        | refused        | refused      |

    @over-http
    Scenario Outline: External authentication: it answers <status> with '<body>'
      Given it answers <status> with '<body>'
      Then alice with the right password is <right password>
      And alice with a wrong password is <wrong password>
      And an unknown user is <unknown user>

      @empty-answer-lets-in
      Examples: nothing at all
        | body    | status | right password | wrong password | unknown user |
        |         | 200    | let in         | let in         | refused      |
        | NEWLINE | 200    | let in         | let in         | refused      |

      @empty-answer-checks-password
      Examples: nothing at all
        | body    | status | right password | wrong password | unknown user |
        |         | 200    | let in         | refused        | refused      |
        | NEWLINE | 200    | let in         | refused        | refused      |

      Examples: a user
        | body                                                                   | status | right password | wrong password | unknown user |
        | USER                                                                   | 200    | let in         | let in         | let in       |
        | USERNEWLINE                                                            | 200    | let in         | let in         | let in       |
        | NEWLINEUSER                                                            | 200    | let in         | let in         | let in       |
        | {"username":"NAME","status":1,"permissions":{"/":["*"]}}               | 200    | let in         | let in         | let in       |
        | {"UserName":"NAME","STATUS":1,"permissions":{"/":["*"]}}               | 200    | let in         | let in         | let in       |
        | {"username":"","username":"NAME","status":1,"permissions":{"/":["*"]}} | 200    | let in         | let in         | let in       |
        | {"username":"NAME","status":0,"Status":1,"permissions":{"/":["*"]}}    | 200    | let in         | let in         | let in       |
        | USER                                                                   | 307    | let in         | let in         | let in       |

      Examples: no user, or none that could be saved, or more than a mebibyte
        | body                                                       | status | right password | wrong password | unknown user |
        | SPACE                                                      | 200    | refused        | refused        | refused      |
        | OK                                                         | 200    | refused        | refused        | refused      |
        | true                                                       | 200    | refused        | refused        | refused      |
        | null                                                       | 200    | refused        | refused        | refused      |
        | []                                                         | 200    | refused        | refused        | refused      |
        | {}                                                         | 200    | refused        | refused        | refused      |
        | {"username":""}                                            | 200    | refused        | refused        | refused      |
        | {"username":"NAME"}                                        | 200    | refused        | refused        | refused      |
        | {"username":"NAME","status":1}                             | 200    | refused        | refused        | refused      |
        | {"username":"NAME","permissions":{"/":["*"]}}              | 200    | refused        | refused        | refused      |
        | {"username":"NAME","status":0,"permissions":{"/":["*"]}}   | 200    | refused        | refused        | refused      |
        | {"username":"NAME","status":"1","permissions":{"/":["*"]}} | 200    | refused        | refused        | refused      |
        | {"username":"NAME","status":1,"permissions":{"/":["*"]}    | 200    | refused        | refused        | refused      |
        | USERUSER                                                   | 200    | refused        | refused        | refused      |
        | USERNEWLINEUSER                                            | 200    | refused        | refused        | refused      |
        | USERNEWLINEOK                                              | 200    | refused        | refused        | refused      |
        | OKNEWLINEUSER                                              | 200    | refused        | refused        | refused      |
        | MIBUSER                                                    | 200    | refused        | refused        | refused      |

      Examples: another status
        | body | status | right password | wrong password | unknown user |
        | USER | 201    | refused        | refused        | refused      |
        | USER | 202    | refused        | refused        | refused      |
        |      | 204    | refused        | refused        | refused      |
        | USER | 400    | refused        | refused        | refused      |
        |      | 401    | refused        | refused        | refused      |
        | USER | 403    | refused        | refused        | refused      |
        | USER | 404    | refused        | refused        | refused      |
        | USER | 429    | refused        | refused        | refused      |
        | USER | 500    | refused        | refused        | refused      |
        |      | 500    | refused        | refused        | refused      |
        | USER | 503    | refused        | refused        | refused      |

    @over-http
    Scenario: External authentication: it never answers
      Given it never answers
      Then alice with the right password is refused
      And an unknown user is refused

    Scenario: What the answer leaves out, the user loses
      Given it answers '{"username":"NAME","status":1,"permissions":{"/":["*"]}}'
      Then alice with a wrong password is let in
      And SFTPGo has alice without public_keys, quota_files, email, description

    Scenario: A user without a status is disabled from then on
      Given it answers '{"username":"NAME","permissions":{"/":["*"]}}'
      Then alice with the right password is refused
      And SFTPGo has alice without status

    Scenario: The answer may be another user, who is then logged in
      Given the user bob without an Authy ID
      And it answers 'OTHER'
      Then alice with a wrong password is let in
      And SFTPGo takes alice for bob

  Rule: Check password: SFTPGo does what the status says

    1 lets in, 2 compares to_verify with the stored password, and -1 compares what
    was typed, as if there were no hook. All else is a refusal. A user whom SFTPGo
    does not know is refused, and the hook not asked.

    Background:
      Given an SFTPGo server with a check password hook of any kind

    @as-program
    Scenario Outline: Check password: it prints '<output>' and <end>
      Given it prints '<output>' and <end>
      Then alice with the right password is <right password>
      And alice with a wrong password is <wrong password>
      And an unknown user is refused

      Examples:
        | output                                 | end         | right password | wrong password |
        | {"status":0}                           | ends with 0 | refused        | refused        |
        | {"status":1}                           | ends with 0 | let in         | let in         |
        | {"status":2,"to_verify":"PASSWORD"}    | ends with 0 | let in         | let in         |
        | {"status":2,"to_verify":"another one"} | ends with 0 | refused        | refused        |
        | {"status":2,"to_verify":""}            | ends with 0 | refused        | refused        |
        | {"status":2}                           | ends with 0 | refused        | refused        |
        | {"status":-1}                          | ends with 0 | let in         | refused        |
        | {"status":-1,"to_verify":"PASSWORD"}   | ends with 0 | let in         | refused        |
        | {"status":3}                           | ends with 0 | refused        | refused        |
        | {"status":-2}                          | ends with 0 | refused        | refused        |
        | {"to_verify":"PASSWORD"}               | ends with 0 | refused        | refused        |
        | {"Status":1}                           | ends with 0 | let in         | let in         |
        | {"status":0,"status":1}                | ends with 0 | let in         | let in         |
        | {"status":1,"status":0}                | ends with 0 | refused        | refused        |
        | {"status":0,"Status":1}                | ends with 0 | let in         | let in         |
        | {"status":"1"}                         | ends with 0 | refused        | refused        |
        | {"status":true}                        | ends with 0 | refused        | refused        |
        | {"status":1.0}                         | ends with 0 | refused        | refused        |
        | {"status":null}                        | ends with 0 | refused        | refused        |
        |                                        | ends with 0 | refused        | refused        |
        | NEWLINE                                | ends with 0 | refused        | refused        |
        | SPACE                                  | ends with 0 | refused        | refused        |
        | OK                                     | ends with 0 | refused        | refused        |
        | 1                                      | ends with 0 | refused        | refused        |
        | true                                   | ends with 0 | refused        | refused        |
        | null                                   | ends with 0 | refused        | refused        |
        | []                                     | ends with 0 | refused        | refused        |
        | {}                                     | ends with 0 | refused        | refused        |
        | {"status":1}NEWLINE                    | ends with 0 | let in         | let in         |
        | NEWLINE{"status":1}                    | ends with 0 | let in         | let in         |
        | {"status":1                            | ends with 0 | refused        | refused        |
        | {"status":1}{"status":1}               | ends with 0 | refused        | refused        |
        | {"status":1}NEWLINE{"status":1}        | ends with 0 | refused        | refused        |
        | {"status":1}NEWLINEOK                  | ends with 0 | refused        | refused        |
        | OKNEWLINE{"status":1}                  | ends with 0 | refused        | refused        |
        | MIB{"status":1}                        | ends with 0 | let in         | let in         |
        | {"status":1}                           | ends with 1 | refused        | refused        |
        | {"status":-1}                          | ends with 1 | refused        | refused        |
        | {"status":1}                           | ends with 2 | refused        | refused        |
        | {"status":-1}                          | ends with 2 | refused        | refused        |
        | {"status":1}                           | is killed   | refused        | refused        |
        | {"status":-1}                          | is killed   | refused        | refused        |
        | {"status":1}                           | never ends  | refused        | refused        |

    @over-http
    Scenario Outline: Check password: it answers <status> with '<body>'
      Given it answers <status> with '<body>'
      Then alice with the right password is <right password>
      And alice with a wrong password is <wrong password>
      And an unknown user is refused

      Examples:
        | body                                   | status | right password | wrong password |
        | {"status":0}                           | 200    | refused        | refused        |
        | {"status":1}                           | 200    | let in         | let in         |
        | {"status":2,"to_verify":"PASSWORD"}    | 200    | let in         | let in         |
        | {"status":2,"to_verify":"another one"} | 200    | refused        | refused        |
        | {"status":2,"to_verify":""}            | 200    | refused        | refused        |
        | {"status":2}                           | 200    | refused        | refused        |
        | {"status":-1}                          | 200    | let in         | refused        |
        | {"status":-1,"to_verify":"PASSWORD"}   | 200    | let in         | refused        |
        | {"status":3}                           | 200    | refused        | refused        |
        | {"status":-2}                          | 200    | refused        | refused        |
        | {"to_verify":"PASSWORD"}               | 200    | refused        | refused        |
        | {"Status":1}                           | 200    | let in         | let in         |
        | {"status":0,"status":1}                | 200    | let in         | let in         |
        | {"status":1,"status":0}                | 200    | refused        | refused        |
        | {"status":0,"Status":1}                | 200    | let in         | let in         |
        | {"status":"1"}                         | 200    | refused        | refused        |
        | {"status":true}                        | 200    | refused        | refused        |
        | {"status":1.0}                         | 200    | refused        | refused        |
        | {"status":null}                        | 200    | refused        | refused        |
        |                                        | 200    | refused        | refused        |
        | NEWLINE                                | 200    | refused        | refused        |
        | SPACE                                  | 200    | refused        | refused        |
        | OK                                     | 200    | refused        | refused        |
        | 1                                      | 200    | refused        | refused        |
        | true                                   | 200    | refused        | refused        |
        | null                                   | 200    | refused        | refused        |
        | []                                     | 200    | refused        | refused        |
        | {}                                     | 200    | refused        | refused        |
        | {"status":1}NEWLINE                    | 200    | let in         | let in         |
        | NEWLINE{"status":1}                    | 200    | let in         | let in         |
        | {"status":1                            | 200    | refused        | refused        |
        | {"status":1}{"status":1}               | 200    | refused        | refused        |
        | {"status":1}NEWLINE{"status":1}        | 200    | refused        | refused        |
        | {"status":1}NEWLINEOK                  | 200    | refused        | refused        |
        | OKNEWLINE{"status":1}                  | 200    | refused        | refused        |
        | MIB{"status":1}                        | 200    | refused        | refused        |
        | {"status":1}                           | 307    | let in         | let in         |
        | {"status":1}                           | 201    | refused        | refused        |
        | {"status":1}                           | 202    | refused        | refused        |
        |                                        | 204    | refused        | refused        |
        | {"status":1}                           | 400    | refused        | refused        |
        | {"status":1}                           | 401    | refused        | refused        |
        | {"status":1}                           | 403    | refused        | refused        |
        | {"status":1}                           | 404    | refused        | refused        |
        | {"status":1}                           | 429    | refused        | refused        |
        | {"status":1}                           | 500    | refused        | refused        |
        | {"status":-1}                          | 500    | refused        | refused        |
        | {"status":1}                           | 503    | refused        | refused        |

    @over-http
    Scenario: Check password: it never answers
      Given it never answers
      Then alice with the right password is refused

  Rule: Keyboard-interactive: SFTPGo does what the first result says

    1 lets in, whatever was asked before, and all else is a refusal. The exit code
    does not count. A user whom SFTPGo does not know is refused, and the hook not
    asked.

    Background:
      Given an SFTPGo server with a keyboard-interactive hook of any kind

    @as-program
    Scenario Outline: Keyboard-interactive: it prints '<output>' and <end>
      Given it prints '<output>NEWLINE' and <end>
      Then alice with the right password is <right password>
      And alice with a wrong password is <wrong password>
      And an unknown user is refused

      Examples:
        | output                                                                          | end         | right password | wrong password |
        | {"auth_result":1}                                                               | ends with 0 | let in         | let in         |
        | {"auth_result":-1}                                                              | ends with 0 | refused        | refused        |
        | {"auth_result":0}                                                               | ends with 0 | refused        | refused        |
        | {"auth_result":2}                                                               | ends with 0 | refused        | refused        |
        | {"Auth_Result":1}                                                               | ends with 0 | let in         | let in         |
        | {"auth_result":"1"}                                                             | ends with 0 | refused        | refused        |
        | {"auth_result":true}                                                            | ends with 0 | refused        | refused        |
        | {"auth_result":1.0}                                                             | ends with 0 | refused        | refused        |
        | {"auth_result":-1,"auth_result":1}                                              | ends with 0 | let in         | let in         |
        |                                                                                 | ends with 0 | refused        | refused        |
        | NEWLINE                                                                         | ends with 0 | refused        | refused        |
        | OK                                                                              | ends with 0 | refused        | refused        |
        | 1                                                                               | ends with 0 | refused        | refused        |
        | null                                                                            | ends with 0 | refused        | refused        |
        | []                                                                              | ends with 0 | refused        | refused        |
        | {}                                                                              | ends with 0 | refused        | refused        |
        | {"auth_result":1                                                                | ends with 0 | refused        | refused        |
        | {"auth_result":1,"questions":["Password: "],"echos":[false],"check_password":1} | ends with 0 | let in         | let in         |
        | {"auth_result":1}NEWLINE{"auth_result":-1}                                      | ends with 0 | let in         | let in         |
        | {"auth_result":-1}NEWLINE{"auth_result":1}                                      | ends with 0 | refused        | refused        |
        | NEWLINE{"auth_result":1}                                                        | ends with 0 | refused        | refused        |
        | {"auth_result":1}OK                                                             | ends with 0 | refused        | refused        |
        | {"auth_result":1}{"auth_result":-1}                                             | ends with 0 | refused        | refused        |
        | OKNEWLINE{"auth_result":1}                                                      | ends with 0 | refused        | refused        |
        | MIB{"auth_result":1}                                                            | ends with 0 | refused        | refused        |
        | {"auth_result":1}                                                               | ends with 1 | let in         | let in         |
        |                                                                                 | ends with 1 | refused        | refused        |
        | {"auth_result":1}                                                               | ends with 2 | let in         | let in         |
        |                                                                                 | ends with 2 | refused        | refused        |
        | {"auth_result":1}                                                               | is killed   | let in         | let in         |
        |                                                                                 | is killed   | refused        | refused        |
        | {"auth_result":1}                                                               | never ends  | let in         | let in         |
        | {"auth_result":-1}                                                              | never ends  | refused        | refused        |

    @over-http
    Scenario Outline: Keyboard-interactive: it answers <status> with '<body>'
      Given it answers <status> with '<body>'
      Then alice with the right password is <right password>
      And alice with a wrong password is <wrong password>
      And an unknown user is refused

      Examples:
        | body                                                                            | status | right password | wrong password |
        | {"auth_result":1}                                                               | 200    | let in         | let in         |
        | {"auth_result":-1}                                                              | 200    | refused        | refused        |
        | {"auth_result":0}                                                               | 200    | refused        | refused        |
        | {"auth_result":2}                                                               | 200    | refused        | refused        |
        | {"Auth_Result":1}                                                               | 200    | let in         | let in         |
        | {"auth_result":"1"}                                                             | 200    | refused        | refused        |
        | {"auth_result":true}                                                            | 200    | refused        | refused        |
        | {"auth_result":1.0}                                                             | 200    | refused        | refused        |
        | {"auth_result":-1,"auth_result":1}                                              | 200    | let in         | let in         |
        |                                                                                 | 200    | refused        | refused        |
        | NEWLINE                                                                         | 200    | refused        | refused        |
        | OK                                                                              | 200    | refused        | refused        |
        | 1                                                                               | 200    | refused        | refused        |
        | null                                                                            | 200    | refused        | refused        |
        | []                                                                              | 200    | refused        | refused        |
        | {}                                                                              | 200    | refused        | refused        |
        | {"auth_result":1                                                                | 200    | refused        | refused        |
        | {"auth_result":1,"questions":["Password: "],"echos":[false],"check_password":1} | 200    | let in         | let in         |
        | {"auth_result":1}NEWLINE{"auth_result":-1}                                      | 200    | let in         | let in         |
        | {"auth_result":-1}NEWLINE{"auth_result":1}                                      | 200    | refused        | refused        |
        | NEWLINE{"auth_result":1}                                                        | 200    | let in         | let in         |
        | {"auth_result":1}OK                                                             | 200    | let in         | let in         |
        | {"auth_result":1}{"auth_result":-1}                                             | 200    | let in         | let in         |
        | OKNEWLINE{"auth_result":1}                                                      | 200    | refused        | refused        |
        | MIB{"auth_result":1}                                                            | 200    | let in         | let in         |
        | {"auth_result":1}                                                               | 307    | let in         | let in         |
        | {"auth_result":1}                                                               | 201    | refused        | refused        |
        | {"auth_result":1}                                                               | 202    | refused        | refused        |
        | {"auth_result":1}                                                               | 400    | refused        | refused        |
        | {"auth_result":1}                                                               | 401    | refused        | refused        |
        | {"auth_result":1}                                                               | 403    | refused        | refused        |
        | {"auth_result":1}                                                               | 404    | refused        | refused        |
        | {"auth_result":1}                                                               | 429    | refused        | refused        |
        | {"auth_result":1}                                                               | 500    | refused        | refused        |
        | {"auth_result":1}                                                               | 503    | refused        | refused        |
        |                                                                                 | 204    | refused        | refused        |

    @over-http
    Scenario: Keyboard-interactive: it never answers
      Given it never answers
      Then alice with the right password is refused

    Scenario Outline: Keyboard-interactive: it asks '<question>', and then says '<then>'
      Given it asks '<question>'
      And then it says '<then>'
      Then alice with the right password is <right password>
      And alice with a wrong password is <wrong password>

      Examples:
        | question                                                                                     | then               | right password | wrong password |
        | {"questions":["Password: "],"echos":[false],"check_password":1}                              | {"auth_result":1}  | let in         | refused        |
        | {"questions":["Password: "],"echos":[false],"check_password":1}                              | {"auth_result":-1} | refused        | refused        |
        | {"questions":["Password: "],"echos":[false],"check_password":1}                              |                    | refused        | refused        |
        | {"questions":["Password: "],"echos":[false],"check_password":1}                              | OK                 | refused        | refused        |
        | {"questions":["Password: "],"echos":[false]}                                                 | {"auth_result":1}  | let in         | let in         |
        | {"questions":["Password: "],"echos":[false],"check_password":0}                              | {"auth_result":1}  | let in         | let in         |
        | {"questions":["Password: "],"echos":[false],"check_password":-1}                             | {"auth_result":1}  | let in         | let in         |
        | {"questions":["Password: "],"echos":[false],"check_password":2}                              | {"auth_result":1}  | refused        | refused        |
        | {"questions":["Password: "],"echos":[false],"check_password":3}                              | {"auth_result":1}  | let in         | refused        |
        | {"questions":["Password: ","Again the password: "],"echos":[false,false],"check_password":1} | {"auth_result":1}  | let in         | let in         |
        | {"questions":["Password: "],"echos":[]}                                                      | {"auth_result":1}  | refused        | refused        |
        | {"questions":[],"echos":[]}                                                                  | {"auth_result":1}  | refused        | refused        |
        | {"check_password":1}                                                                         | {"auth_result":1}  | refused        | refused        |
