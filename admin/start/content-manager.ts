import type { ComponentType, ReactNode } from 'react';

/** An entry as the Content Manager hands it to side panels and actions. */
export interface EntryProps {
  /** UID of the content type. */
  model: string;
  collectionType: string;
  /** Undefined while the entry is being created. */
  documentId?: string;
  document?: { locale?: string | null; status?: string; publishedAt?: string | null };
  /** Null where the type has no drafts. */
  activeTab: 'draft' | 'published' | null;
  meta?: { availableStatus?: { publishedAt?: string | null }[] };
}

export interface BulkProps {
  model: string;
  collectionType: string;
  documents: { documentId: string; locale?: string | null }[];
}

export interface PanelDescription {
  title: string;
  content: ReactNode;
}

export interface DialogDescription {
  type: 'dialog';
  title: string;
  content?: ReactNode;
  confirmLabel?: string;
  variant?: 'default' | 'secondary';
  onConfirm?: () => void | Promise<void>;
}

export interface ActionDescription {
  label: string;
  disabled?: boolean;
  loading?: boolean;
  icon?: ReactNode;
  position?: string | string[];
  dialog?: DialogDescription;
}

export interface ModalContent {
  onClose: () => void;
}

export interface BulkDescription {
  actionType?: string;
  dialog?: DialogDescription | { type: 'modal'; content?: ComponentType<ModalContent> } | { type: 'notification' };
}

/** What the Content Manager renders as if it were a component, with hooks in it; null: nothing. */
export type Described<Props, Description> = ((props: Props) => Description | null) & {
  type?: string;
  /** Without it the Content Manager never shows an action. */
  position?: string | string[];
};

/** What of the Content Manager's interface is used here; older ones may have less of it. */
export interface ContentManagerApis {
  addEditViewSidePanel?: (panels: Described<EntryProps, PanelDescription>[]) => void;
  addDocumentAction?: (actions: Described<EntryProps, ActionDescription>[]) => void;
  addBulkAction?: (
    reduce: (actions: Described<BulkProps, BulkDescription>[]) => Described<BulkProps, BulkDescription>[],
  ) => void;
}

export const isSingleType = ({ collectionType }: Pick<EntryProps, 'collectionType'>): boolean =>
  collectionType === 'single-types';
