import type { Approval, ApprovalPlace } from "../domain/edition.ts";
import type { Settings } from "../domain/settings.ts";
import type { Topic } from "../domain/topic.ts";

/** What approvals an edition still needs, and which of those recorded no longer hold. */
export interface ApprovalState {
  /** Roles still to come; when only a number is asked for, that many times `anyone`. */
  readonly missing: readonly string[];
  /** Given to something that has changed since, and to be given again: what somebody else has given anew is not among them. */
  readonly void: readonly Approval[];
}

/**
 * Compares the approvals recorded with those asked for. The topic's `approvers` win over the settings. Each role needs
 * a different person.
 * @param digest of what would be sent now
 */
export function approvalState(
  topic: Pick<Topic, "approvers">,
  settings: Pick<Settings, "approvals">,
  approvals: readonly Approval[],
  digest: string,
): ApprovalState {
  const missing = missingRoles(approvalPlaces(topic, settings, approvals, digest));
  const isWanted = ({ role }: Approval) => missing.includes(role) || missing.includes("anyone");
  return { missing, void: approvals.filter((one) => one.digest !== digest && isWanted(one)) };
}

/** The newest approval in each role, the oldest of these first: an earlier one in the same role has been given anew. */
export function newestOfRoles(approvals: readonly Approval[]): Approval[] {
  return approvals.filter(({ role }, at) => !approvals.slice(at + 1).some((later) => later.role === role));
}

/** The roles of the places that nobody has filled. */
export function missingRoles(places: readonly ApprovalPlace[]): string[] {
  return places.filter(({ given }) => !given).map(({ role }) => role ?? "anyone");
}

/**
 * One place for each approval asked for, with the one that fills it: by role, or any role where only a number is asked
 * for; none at all where nothing is asked for.
 * @param digest of what would be sent now: an approval of anything else fills no place. Without it, any approval on
 *   record does
 */
export function approvalPlaces(
  topic: Pick<Topic, "approvers">,
  settings: Pick<Settings, "approvals">,
  approvals: readonly Approval[],
  digest?: string,
): ApprovalPlace[] {
  const valid = approvals.filter((approval) => digest === undefined || approval.digest === digest);
  const wanted = topic.approvers.length > 0 ? topic.approvers : (settings.approvals ?? 0);
  if (typeof wanted === "number") {
    const people = new Map(valid.toReversed().map((approval) => [person(approval.by), approval]));
    const given = valid.filter((approval) => people.get(person(approval.by)) === approval);
    return Array.from({ length: wanted }, (_, i) => ({ given: given[i] }));
  }
  const filled = filledRoles(wanted, valid);
  return [...new Set(wanted)].map((role) => ({ role, given: filled.get(role) }));
}

/** As many roles as can be given to different people: a bipartite matching by augmenting paths. */
function filledRoles(
  roles: readonly string[],
  approvals: readonly Approval[],
): ReadonlyMap<string, Approval> {
  const byPerson = new Map<string, Approval>();
  const assign = (role: string, tried: Set<string>): boolean => {
    for (const approval of approvals.filter((one) => one.role === role)) {
      const by = person(approval.by);
      if (tried.has(by)) continue;
      tried.add(by);
      const holder = byPerson.get(by);
      if (holder === undefined || assign(holder.role, tried)) {
        byPerson.set(by, approval);
        return true;
      }
    }
    return false;
  };
  for (const role of new Set(roles)) assign(role, new Set());
  return new Map([...byPerson.values()].map((approval) => [approval.role, approval]));
}

/** "Ann Lee" and "ann  lee" are the same person. */
function person(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, " ");
}
