import type { LoginSessions } from '../attempts/try-statement.ts';
import { connect, type Session } from '../postgres/session.ts';
import { targetOf } from '../postgres/target.ts';
import type { TestHead } from './head.ts';

/** Both sessions of `app_user` on a head, which are added to `sessions`. The caller closes those. */
export async function logInAppUser(head: Pick<TestHead, 'urls'>, sessions: Session[]): Promise<LoginSessions> {
  const login = async () => {
    const session = await connect(targetOf(head.urls.app_user, 'app_user'));
    sessions.push(session);
    return session;
  };
  return { untouched: await login(), used: await login() };
}
