import type { WsListenConfig } from './server-config.js';

/** The TLS settings of a listener. */
export type TlsSettings = Pick<WsListenConfig, 'tlsCert' | 'tlsKey' | 'tlsCa' | 'tlsClientCert'> &
  Partial<Pick<WsListenConfig, 'clientIdFrom' | 'dialect'>>;

/** What does not fit together in the TLS settings of a listener, and the key to blame; undefined: nothing. */
export function tlsFault(settings: TlsSettings): { readonly key: string; readonly text: string } | undefined {
  const { tlsCert, tlsKey, tlsCa, tlsClientCert, clientIdFrom = 'client', dialect = 'native' } = settings;
  if (tlsCert !== '' && tlsKey === '') {
    return { key: 'tls_cert', text: 'tls_cert needs tls_key, the file of its private key' };
  }
  if (tlsCert === '' && tlsKey !== '')
    return { key: 'tls_key', text: 'tls_key needs tls_cert, the file of its certificate' };
  if (tlsClientCert === 'required' && tlsCert === '') {
    return { key: 'tls_client_cert', text: 'tls_client_cert = "required" needs TLS; give tls_cert and tls_key' };
  }
  if (tlsClientCert === 'required' && tlsCa === '') {
    return {
      key: 'tls_client_cert',
      text: 'tls_client_cert = "required" needs tls_ca, the file of the CA that signs client certificates',
    };
  }
  if (tlsClientCert === 'none' && tlsCa !== '') {
    return {
      key: 'tls_ca',
      text: 'tls_ca is for client certificates, and none is asked for; say tls_client_cert = "required", or leave tls_ca out',
    };
  }
  if (clientIdFrom === 'certificate' && tlsClientCert === 'none') {
    return {
      key: 'client_id_from',
      text: 'client_id_from = "certificate" needs tls_client_cert = "required": without a certificate there is no id',
    };
  }
  if (clientIdFrom === 'certificate' && dialect !== 'native' && dialect !== 'text') {
    return {
      key: 'client_id_from',
      text: `client_id_from = "certificate" is for the native wire and the text store: clients of the wire ${dialect} have no ids`,
    };
  }
  return undefined;
}
