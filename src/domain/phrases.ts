/** What the rules about words look for unless the settings say otherwise: all lower case, whole words. */

/** A text, and what to write instead. */
type Phrases = Readonly<Record<string, string>>;

/** Words that officials use among themselves. After the GOV.UK and NHS style guides' advice on plain English. */
export const jargon: Phrases = {
  ascertain: "find out",
  "at this moment in time": "now",
  "at this point in time": "now",
  "blue sky thinking": "new ideas",
  "circle back": "come back",
  commence: "start",
  commenced: "started",
  commences: "starts",
  commencing: "starting",
  "deep dive": "close look",
  disseminate: "share",
  disseminated: "shared",
  "drill down": "look closely",
  "due to the fact that": "because",
  endeavour: "try",
  expedite: "speed up",
  facilitate: "help",
  facilitates: "helps",
  facilitating: "helping",
  "going forward": "from now on",
  "going forwards": "from now on",
  henceforth: "from now on",
  herein: "here",
  "holistic approach": "whole approach",
  "in order to": "to",
  "in respect of": "about",
  "in the event that": "if",
  "in the event of": "if there is",
  incentivise: "encourage",
  "key stakeholders": "the people concerned",
  leverage: "use",
  leveraging: "using",
  liaise: "talk",
  "low hanging fruit": "easy gains",
  "low-hanging fruit": "easy gains",
  "moving forward": "from now on",
  notwithstanding: "despite",
  "on a daily basis": "every day",
  "on a regular basis": "regularly",
  operationalise: "put into practice",
  "paradigm shift": "great change",
  "per annum": "a year",
  "prior to": "before",
  "pursuant to": "under",
  "reach out": "contact",
  "reaching out": "contacting",
  robust: "strong, or say what makes it so",
  silo: "separate team",
  silos: "separate teams",
  stakeholder: "the person or group you mean",
  stakeholders: "the people you mean",
  streamline: "simplify",
  streamlined: "simpler",
  "subsequent to": "after",
  synergies: "gains from working together",
  synergy: "gain from working together",
  thereafter: "then",
  "thought leader": "expert",
  "touch base": "talk",
  upskill: "train",
  utilisation: "use",
  utilise: "use",
  utilised: "used",
  utilises: "uses",
  utilising: "using",
  whilst: "while",
  "with regard to": "about",
  "with regards to": "about",
  "with respect to": "about",
};

/** Wording that makes one side of a shared task the guilty one. */
export const blame: Phrases = {
  "bad referral": "a referral that lacks …",
  "bad referrals": "referrals that lack …",
  "bounce back": "return with a reason",
  "bounced back": "returned with a reason",
  "could not be bothered": "did not, and why",
  dump: "pass on",
  dumped: "passed on",
  dumping: "passing on",
  "fail to": "do not",
  "failed to": "did not",
  "failing to": "not …, and what would help",
  "fails to": "does not",
  "failure by": "what did not happen",
  "fault of": "what happened",
  "gps must stop": "what practices are asked to do",
  "hospitals must stop": "what hospital teams are asked to do",
  "inadequate referral": "a referral that lacks …",
  "inadequate referrals": "referrals that lack …",
  "inappropriate admission": "an admission that … could prevent",
  "inappropriate admissions": "admissions that … could prevent",
  "inappropriate attendance": "a visit that … could serve better",
  "inappropriate attendances": "visits that … could serve better",
  "inappropriate referral": "a referral that another service could serve better",
  "inappropriate referrals": "referrals that another service could serve better",
  "inappropriate request": "a request that another team could serve better",
  "inappropriate requests": "requests that another team could serve better",
  "inappropriate work": "work that another team is best placed to finish",
  incompetent: "what went wrong, and what helps",
  lazy: "what is missing, and what helps",
  "not my job": "who is best placed to do it",
  "not our job": "who is best placed to do it",
  "poor referral": "a referral that lacks …",
  "poor referrals": "referrals that lack …",
  "refuse to": "do not …, and why",
  "refused to": "did not …, and why",
  "refuses to": "does not …, and why",
  "refusing to": "not …, and why",
  "secondary care dumps": "hospital teams pass on",
  sloppy: "what is missing",
  "their fault": "what happened",
  "time-waster": "a person who needs another service",
  "time-wasters": "people who need another service",
  "to blame": "part of the cause",
  unacceptable: "what happened, and what is agreed",
  "unnecessary appointments": "appointments that can be spared",
  "work dumping": "moving work without agreement",
};

/** Names of images, and words that say only that there is one. */
export const weakAlts: Phrases = {
  chart: "what the chart shows",
  diagram: "what the diagram shows",
  graph: "what the graph shows",
  graphic: "what it shows",
  icon: "what it stands for",
  illustration: "what it shows",
  image: "what it shows",
  "image of": "what it shows",
  logo: "whose logo it is",
  photo: "what it shows",
  "photo of": "what it shows",
  photograph: "what it shows",
  "photograph of": "what it shows",
  picture: "what it shows",
  "picture of": "what it shows",
  screenshot: "what it shows",
};

/** Words of a link that say nothing without the sentence around it. WCAG 2.2, 2.4.4 and 2.4.9. */
export const weakLinks: Phrases = {
  click: "where the link leads",
  "click here": "where the link leads",
  details: "what the details are about",
  "find out more": "what there is to find out",
  "follow this link": "where the link leads",
  here: "where the link leads",
  "learn more": "what there is to learn",
  link: "where the link leads",
  more: "what there is more of",
  "more information": "what the information is about",
  "read more": "what there is to read",
  "see here": "where the link leads",
  "see more": "what there is to see",
  this: "where the link leads",
  "this link": "where the link leads",
  "this page": "which page it is",
  "this website": "which website it is",
  website: "which website it is",
};

/**
 * Short forms that everyone in UK health care reads without a thought: everyday ones, those of bodies, systems, jobs and
 * tests that clinicians and managers never write out.
 */
export const knownAcronyms: readonly string[] = `
  A&E AAA ABG ABPM ACE ACEi ACS ADHD ADL AED AF AHP AI AIDS AKA AKI ALP ALT AMR API ARB ARDS ASAP BAME
  BBC BCG BD BHF BLS BMA BMI BMJ BNF BNP BP BSc BST CABG CAMHS CBT CCG CCTV CCU CD CDC CEO CHC CHD CK
  CKD CMO CNS COPD COSHH COVID COVID-19 CPAP CPD CPR CQC CRP CSF CSV CT CTG CTPA CV CVD CXR DBS DEXA
  DHSC DIY DKA DMARD DNA DNACPR DNAR DOAC DOB DoLS DPIA DPP DSN DTP DVD DVLA DVT DWP EBV ECG ECT ED
  EEA EEG eGFR EHCP EHIC EHR ELISA EMG EMIS ENT EOL EoL EPMA ePMA EPR EPS eRD eRS ESBL ESR EU FAQ FBC
  FFP FGM FIT FOI FRCP FRCS FTE FVC GCS GCSE GDC GDPR GI GLP GMC GMT GORD GP GTN GUM HCA HCP HDL HDU
  HEE HGV HIE HIV HMRC HPV HR HRT HSE HSJ HSV HTML IBD IBS ICB ICD ICE ICO ICS ICT ICU ID IG IHD IM
  INR IQ IR ISBN ISO IT ITP ITU IUD IUS IV IVF JCVI JPEG KPI LARC LDL LFT LGA LGBT LGBTQ LIMS LMC LMP
  LRTI LTC LVEF MCI MD MDT MHRA MI MMR MND MOT MP MRCP MRI MRSA MS MSc MSK MSU MUST NEWS NG NHS NHSBSA
  NHSBT NHSE NICE NIHR NIV NMC NMP NOAC NOF NOK NPSA NRT NSAID NSTEMI OD OGTT OK ONS OOH OPAT OSA OSCE
  OT OTC PACS PALS PC PCI PCN PCOS PCR PD PDF PDS PDSA PE PEFR PEG PET PFI PGD PhD PHE PICC PIN PIP
  PMR PNG POC PPE PPI PR PRN PSA PSHE PSIRF PTSD PV QDS QI QOF QR RA RCGP RCN RCOG RCP RCS RCT RIS RN
  RNA RNLI RSI RSPCA RSV RSVP RTT SARS SBAR SCR SDEC SEN SGLT SHO SLT SMS SNOMED SNRI SOP SOS SPECT
  SSRI STEMI STI SVT SWOT TB TDS TENS TFT TIA TNF TPN TPP TSH TTA TTO TUPE TV U&E UCAS UK UKHSA UN
  UNICEF URL URTI US USA USB USS UTC UTI VAT VBG VIP VPN VR VTE WCC WFH WHO WTE X-ray YMCA
`
  .trim()
  .split(/\s+/);
