import { ErrorCode } from '@polywire/protocol/polywire.errors.v1';
import { type CallGuard, PolywireError } from '@polywire/sdk/core';
import { sessionOf } from '../sessions/session.js';
import { methodPermissions, open, type Requirement } from './method-permissions.js';

const MAX_SHOWN_CHARACTERS = 256;

/**
 * The one place where it is decided whether a session may make a call. A method that the table of
 * permissions does not know asks for "call:pkg.Service/Method".
 */
export const guardCalls: CallGuard = (service, method) => {
  const name = `${service.typeName}/${method.name}`;
  const callOfName: Requirement = (permissions) => (permissions.allowsText('call', name) ? undefined : `call:${name}`);
  const requirement = methodPermissions.get(service.typeName)?.[method.name] ?? callOfName;
  if (requirement === open) return undefined;
  return (request, context) => {
    const { permissions } = sessionOf(context);
    // A session without a set would be one that nobody has decided about.
    if (permissions === undefined) throw permissionDenied(name);
    if (permissions.all) return;
    const missing = requirement(permissions, request as never);
    if (missing !== undefined) throw permissionDenied(missing);
  };
};

function permissionDenied(permission: string): PolywireError {
  const shown = permission.slice(0, MAX_SHOWN_CHARACTERS);
  return new PolywireError(ErrorCode.PERMISSION_DENIED, `this session lacks the permission ${shown}`, {
    details: { permission: shown },
  });
}
