package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/sftpgo-authy/sftpgo-authy/e2e/login"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/sftpgo"
	"github.com/sftpgo-authy/sftpgo-authy/e2e/stack"
)

// side is one way to log in, on a server of its own.
type side struct {
	name   string
	setup  stack.Setup
	server *sftpgo.Server
}

// sides are all, that without a hook first. HTTPS is hookd elsewhere in the
// network, loopback the one on SFTPGo's machine, without TLS.
func sides(deadline string) []*side {
	all := []*side{{name: "no hook", setup: stack.Setup{Hook: stack.NoHook}}}
	for _, hook := range []stack.Hook{stack.PasswordAndToken, stack.TokenOnly, stack.PrefixAndToken} {
		all = append(all,
			&side{name: hook.Program() + ", program", setup: stack.Setup{Hook: hook, Deadline: deadline}},
			&side{name: hook.Program() + ", HTTPS", setup: stack.Setup{Hook: hook, Deadline: deadline, OverHTTP: true}},
			&side{name: hook.Program() + ", loopback", setup: stack.Setup{Hook: hook, Deadline: deadline, OverHTTP: true, OnLoopback: true}},
		)
	}
	return all
}

// benchmark is what the parts share.
type benchmark struct {
	plan

	stack  *stack.Stack
	people []stack.Person
	sides  []*side
}

// enrol starts the servers and gives all of them the same users. The time of
// the mock stands still from now on, and moves for the next tokens.
func (b *benchmark) enrol(ctx context.Context) error {
	users, err := b.newUsers()
	if err != nil {
		return err
	}
	for _, s := range sides(b.deadline.String()) {
		if s.setup.Hook != stack.NoHook && !b.only.MatchString(s.name) {
			continue
		}
		if s.server, err = b.stack.Server(ctx, s.setup); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		for _, user := range users {
			if err := s.server.AddUser(ctx, user); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
		b.sides = append(b.sides, s)
	}
	_, err = b.stack.Mock.FreezeClock(ctx)
	return err
}

// newUsers hashes the passwords as SFTPGo would, but once for all servers.
func (b *benchmark) newUsers() ([]sftpgo.User, error) {
	users := make([]sftpgo.User, 0, b.users())
	for range b.users() {
		p, err := b.stack.NewPerson()
		if err != nil {
			return nil, err
		}
		hash, err := bcrypt.GenerateFromPassword([]byte(p.Password), bcrypt.DefaultCost)
		if err != nil {
			return nil, fmt.Errorf("hash a password: %w", err)
		}
		b.people = append(b.people, p)
		users = append(users, sftpgo.User{
			Username: p.Username, Password: string(hash), Status: 1,
			Permissions: map[string][]string{"/": {"*"}},
		})
	}
	return users, nil
}

// tokens are the next ones of these people.
func (b *benchmark) tokens(ctx context.Context, people []stack.Person) ([]string, error) {
	const step = 10 * time.Second
	if _, err := b.stack.Mock.AdvanceClock(ctx, step); err != nil {
		return nil, err
	}
	tokens := make([]string, len(people))
	for i, p := range people {
		token, err := b.stack.Mock.Token(ctx, p.AuthyID, 0)
		if err != nil {
			return nil, err
		}
		tokens[i] = token.Token
	}
	return tokens, nil
}

// turn lets these people log in, so many at once, and tells how long each login
// took. No login may be refused.
func (b *benchmark) turn(ctx context.Context, s *side, people []stack.Person, clients int) ([]time.Duration, error) {
	tokens, err := b.tokens(ctx, people)
	if err != nil {
		return nil, err
	}
	took := make([]time.Duration, len(people))
	failures := make([]error, len(people))
	next := make(chan int)
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for i := range next {
				took[i], failures[i] = s.logIn(ctx, people[i], tokens[i])
			}
		})
	}
	for i := range people {
		next <- i
	}
	close(next)
	all.Wait()
	for i, err := range failures {
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", s.name, people[i].Username, err)
		}
	}
	return took, nil
}

// logIn takes the time from the connection until SFTP could be used.
func (s *side) logIn(ctx context.Context, p stack.Person, token string) (time.Duration, error) {
	start := time.Now()
	session, err := s.setup.Hook.LogIn(ctx, s.target(), p, token)
	took := time.Since(start)
	if err != nil {
		return took, err
	}
	_ = session.Close() // the server may have been faster
	return took, nil
}

func (s *side) target() login.Server {
	return login.Server{Address: s.server.SSH(), HostKey: s.server.HostKey()}
}
